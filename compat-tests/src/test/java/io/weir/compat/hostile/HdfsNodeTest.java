package io.weir.compat.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.support.Await;
import io.weir.storage.hdfs.local.HdfsProcesses;
import io.weir.testkit.EmbeddedWeir;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A whole node whose log is on a real HDFS, while servers of that HDFS die, hang and come back. */
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "needs an HDFS of its own")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "needs an HDFS of its own")
class HdfsNodeTest {
    private static final AtomicInteger ROOTS = new AtomicInteger();

    @TempDir
    @SuppressWarnings("NullAway") // set by JUnit
    private static Path servers;

    @SuppressWarnings("NullAway") // set before the tests
    private static HdfsProcesses hdfs;

    private final Path directory;

    private final NumbersNode node;

    HdfsNodeTest(@TempDir Path data) {
        directory = data;
        node = new NumbersNode(EmbeddedWeir.builder()
                .inDirectory(data)
                .withSetting("weir.store", hdfs.uri() + "/weir/" + ROOTS.incrementAndGet())
                .withSetting("weir.commit.log.file.bytes", "1048576")
                .withSetting("weir.segment.flush.bytes", "65536"));
    }

    @BeforeAll
    static void startHdfs() {
        hdfs = HdfsProcesses.start(servers, 3);
    }

    @AfterAll
    static void stopHdfs() {
        hdfs.close();
    }

    @AfterEach
    void end() throws Exception {
        node.close();
    }

    @Test
    void aNodeThatWasKilledFindsItsRecordsAndKeepsNoneOfThemOnItsDisk() throws Exception {
        try (Numbers numbers = new Numbers(node.cluster().producer(), node.partition(), 1_000)) {
            numbers.awaitMore(2_000);
            node.crash();
            node.everythingIsThere(numbers);
        }
        try (Stream<Path> kept = Files.list(directory)) {
            assertThat(kept.map(path -> path.getFileName().toString())).containsExactly("metadata");
        }
    }

    @Test
    void dataNodesThatDieOrHangAreNotNoticedByProducers() throws Exception {
        try (Numbers numbers = new Numbers(node.cluster().producer(), node.partition(), 1_000)) {
            numbers.awaitMore(500);
            hdfs.kill(0);
            numbers.awaitMore(2_000);
            hdfs.restart(0);
            hdfs.pause(1);
            try {
                numbers.awaitMore(2_000);
            } finally {
                hdfs.resume(1);
            }
            hdfs.awaitReady();
            node.everythingIsThere(numbers);
        }
    }

    @Test
    void aNameNodeThatIsAwayStopsWritingWithoutAnErrorUntilItIsBack() throws Exception {
        try (Numbers numbers = new Numbers(node.cluster().producer(), node.partition(), 20_000)) {
            numbers.awaitMore(100);
            hdfs.stopNameNode();
            try {
                Await.until("a standstill", () -> node.view().metric("weir_storage_sick") == 1);
                assertThat(node.view().readiness()).startsWith("503").contains("the server cannot be reached");
            } finally {
                hdfs.restartNameNode();
            }
            Await.until("the store is well", () -> node.view().metric("weir_storage_sick") == 0);
            node.everythingIsThere(numbers);
        }
    }
}
