package io.weir.server.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessTest {
    private final List<String> said = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void aProcessIsTheSameOnlyIfItBeganAtTheSameMoment() {
        long own = ProcessHandle.current().pid();
        LocalProcess known = LocalProcess.of("node", own, "", "log");

        assertThat(known.isAlive()).isTrue();
        assertThat(new LocalProcess("node", own, known.startedMs() - 1_000, "", "log").isAlive())
                .as("another process that has been given the number")
                .isFalse();
    }

    @Test
    void theRecordOutlivesTheProcessThatWroteIt() {
        LocalRecord written = new LocalRecord(
                "the-cluster",
                "127.0.0.1:9092",
                List.of(new LocalProcess("broker-2", 4711, 1_000, "127.0.0.1:8090", "/logs/broker-2")));
        written.write(directory);

        assertThat(LocalRecord.read(directory)).contains(written);
        assertThat(LocalRecord.read(directory.resolve("elsewhere"))).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadSaysWhatToDo() throws IOException {
        Files.writeString(directory.resolve("cluster.json"), "{");

        assertThatThrownBy(() -> LocalRecord.read(directory))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("cluster.json cannot be read");
    }

    @Test
    void stoppingEndsWhatWasStartedAndNobodyElse() throws Exception {
        Process started = new ProcessBuilder("sleep", "600").start();
        Process another = new ProcessBuilder("sleep", "600").start();
        try {
            new LocalRecord("the-cluster", "", List.of())
                    .with(LocalProcess.of("broker-2", started.pid(), "", "log"))
                    .with(new LocalProcess("broker-3", another.pid(), 1, "", "log"))
                    .write(directory);

            assertThat(cluster().stop()).isEqualTo(1);

            assertThat(started.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(another.isAlive()).isTrue();
            assertThat(said).containsExactly("Stopping broker-2");
            assertThat(LocalRecord.read(directory).orElseThrow().processes()).isEmpty();
        } finally {
            started.destroyForcibly();
            another.destroyForcibly();
        }
    }

    @Test
    void aClusterThatRunsIsNotStartedAgain() throws Exception {
        Process running = new ProcessBuilder("sleep", "600").start();
        try {
            new LocalRecord("the-cluster", "", List.of())
                    .with(LocalProcess.of("broker-2", running.pid(), "", "log"))
                    .write(directory);

            assertThatThrownBy(() -> cluster()
                            .start(
                                    new LocalWish(1, 0, 1, java.util.OptionalInt.empty()),
                                    Optional.of("hdfs://127.0.0.1:1/weir")))
                    .hasMessageContaining("runs already")
                    .hasMessageContaining("stop-local");
            assertThat(running.isAlive()).isTrue();
        } finally {
            running.destroyForcibly();
        }
    }

    private LocalCluster cluster() {
        return new LocalCluster(
                directory, new NodeCommand(List.of("false"), java.util.Map.of()), said::add, Time.SYSTEM);
    }
}
