package io.weir.storage.hdfs.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
    private static final List<String> SLEEP = List.of("sleep", "600");
    private static final Duration BOUND = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @Test
    void aDetachedOneStaysWhenItsTerminalGoes() throws Exception {
        ServerProcess detached = new ServerProcess(
                "detached", ServerProcess.detached(SLEEP), directory.resolve("detached"), Time.SYSTEM);
        try {
            detached.start();
            awaitCommand(detached);

            detached.hangUp();
            detached.stop();

            assertThat(detached.exitValue()).as("of SIGTERM, and not of SIGHUP").isEqualTo(128 + 15);
        } finally {
            detached.kill();
        }
    }

    /** Until then it is nohup itself, or not even that. */
    private static void awaitCommand(ServerProcess process) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!ProcessHandle.of(process.pid())
                .map(ProcessHandle::info)
                .flatMap(ProcessHandle.Info::command)
                .map(command -> Path.of(command).endsWith("sleep"))
                .equals(Optional.of(true))) {
            assertThat(System.nanoTime()).as("sleep never began").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
