package io.weir.compat.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.ServerUnderTest;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.NodeView;
import io.weir.storage.hdfs.local.HdfsProcesses;
import io.weir.testkit.EmbeddedWeir;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
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

    private final EmbeddedWeir weir;
    private final Cluster cluster;
    private final NodeView view;
    private final TopicPartition partition = new TopicPartition("numbers", 0);

    HdfsNodeTest(@TempDir Path data) {
        directory = data;
        weir = EmbeddedWeir.builder()
                .inDirectory(data)
                .withSetting("weir.store", hdfs.uri() + "/weir/" + ROOTS.incrementAndGet())
                .withSetting("weir.commit.log.file.bytes", "1048576")
                .withSetting("weir.segment.flush.bytes", "65536")
                .withTopic("numbers", 1)
                .start();
        cluster = new Cluster(new Embedded(weir.bootstrapServers()));
        view = new NodeView("127.0.0.1:" + weir.httpAddress().getPort());
    }

    private record Embedded(String bootstrap) implements ServerUnderTest {
        @Override
        public boolean isWeir() {
            return true;
        }

        @Override
        public void close() {
            // The test closes it.
        }
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
        cluster.close();
        view.close();
        weir.close();
    }

    @Test
    void aNodeThatWasKilledFindsItsRecordsAndKeepsNoneOfThemOnItsDisk() throws Exception {
        try (Numbers numbers = new Numbers(cluster.producer(), partition, 1_000)) {
            numbers.awaitMore(2_000);
            weir.kill();
            weir.restart();
            everythingIsThere(numbers);
        }
        try (Stream<Path> kept = Files.list(directory)) {
            assertThat(kept.map(path -> path.getFileName().toString())).containsExactly("metadata");
        }
    }

    @Test
    void dataNodesThatDieOrHangAreNotNoticedByProducers() throws Exception {
        try (Numbers numbers = new Numbers(cluster.producer(), partition, 1_000)) {
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
            everythingIsThere(numbers);
        }
    }

    @Test
    void aNameNodeThatIsAwayStopsWritingWithoutAnErrorUntilItIsBack() throws Exception {
        try (Numbers numbers = new Numbers(cluster.producer(), partition, 20_000)) {
            numbers.awaitMore(100);
            hdfs.stopNameNode();
            try {
                Await.until("a standstill", () -> view.metric("weir_storage_sick") == 1);
                assertThat(view.readiness()).startsWith("503").contains("the server cannot be reached");
            } finally {
                hdfs.restartNameNode();
            }
            Await.until("the store is well", () -> view.metric("weir_storage_sick") == 0);
            everythingIsThere(numbers);
        }
    }

    /** Without an error to anybody, and again after a crash: every number once and in order. */
    private void everythingIsThere(Numbers numbers) throws Exception {
        numbers.awaitMore(100);
        int sent = numbers.finish();
        assertThat(numbers.errors()).isEmpty();
        assertThat(numbers.acknowledged()).isEqualTo(sent);
        List<Integer> all = IntStream.range(0, sent).boxed().toList();
        assertThat(Numbers.read(cluster, partition, sent)).isEqualTo(all);
        weir.kill();
        weir.restart();
        assertThat(Numbers.read(cluster, partition, sent)).isEqualTo(all);
    }
}
