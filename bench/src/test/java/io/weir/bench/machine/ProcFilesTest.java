package io.weir.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read out of the kernel's files. */
class ProcFilesTest {
    private static final long SERVER = 7;

    @TempDir
    private Path proc;

    private final StoppedTime time = new StoppedTime();

    @BeforeEach
    void makeProcesses() throws IOException {
        process(SERVER, 0);
        process(ProcessHandle.current().pid(), 0);
        machine(1000, 0);
    }

    private void process(long pid, long ticks) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Long.toString(pid)));
        // The name of the process holds what separates the fields.
        Files.writeString(
                directory.resolve("stat"), pid + " (a (b) c) S 1 1 1 0 -1 4 5 6 7 8 " + ticks + " 0 9 9 20 0 1 0 5\n");
        Files.writeString(directory.resolve("status"), "Name:\tjava\nVmHWM:\t  2000 kB\nVmRSS:\t  1000 kB\n");
    }

    private void machine(long busyTicks, long stolenTicks) throws IOException {
        Files.writeString(
                proc.resolve("stat"),
                "cpu  " + busyTicks + " 0 0 5000 10 3 4 " + stolenTicks + " 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");
    }

    @Test
    void timeAndMemoryOfAProcess() throws IOException {
        process(SERVER, 250);
        ProcFiles files = new ProcFiles(proc);
        assertThat(files.processSeconds(SERVER)).hasValue(2.5);
        assertThat(files.residentBytes(SERVER)).hasValue(1_024_000);
        assertThat(files.peakResidentBytes(SERVER)).hasValue(2_048_000);
    }

    @Test
    void whatIsNotThereIsNotKnown() {
        ProcFiles files = new ProcFiles(proc);
        assertThat(files.processSeconds(8)).isEmpty();
        assertThat(files.memoryBytes()).isEmpty();
        assertThat(new ProcFiles(proc.resolve("none")).machine()).isEmpty();
    }

    @Test
    void whatNeitherServerNorClientUsedOthersDid() throws IOException {
        CpuMeter meter = new CpuMeter(new ProcFiles(proc), time, () -> List.of(SERVER), true, 2);
        CpuMeter.Reading start = meter.read();

        time.nanos += 10_000_000_000L;
        process(SERVER, 500);
        process(ProcessHandle.current().pid(), 300);
        machine(1000 + 500 + 300 + 150, 50);

        CpuTime used = meter.since(start);
        assertThat(used.processSeconds()).isEqualTo(5);
        assertThat(used.clientSeconds()).isEqualTo(3);
        // 1.5 s used and 0.5 s stolen of the 20 s that two processors have in ten seconds.
        assertThat(used.otherPercent()).isCloseTo(10, Offset.offset(1e-9));
    }

    @Test
    void aServerThatIsNotStartedYetHasUsedNothing() throws IOException {
        List<Long> pids = new ArrayList<>();
        CpuMeter meter = new CpuMeter(new ProcFiles(proc), time, () -> pids, true, 2);
        CpuMeter.Reading start = meter.read();
        pids.add(SERVER);
        process(SERVER, 120);
        assertThat(meter.since(start).processSeconds()).isEqualTo(1.2);
    }

    @Test
    void severalProcessesAreAddedUpWithoutThoseThatHaveEnded() throws IOException {
        long other = SERVER + 1;
        process(other, 1000);
        process(SERVER, 100);
        List<Long> pids = new ArrayList<>(List.of(SERVER, other));
        CpuMeter meter = new CpuMeter(new ProcFiles(proc), time, () -> pids, true, 2);
        CpuMeter.Reading start = meter.read();
        long third = SERVER + 2;
        process(third, 30);
        process(SERVER, 120);
        pids.remove(other);
        pids.add(third);
        assertThat(meter.since(start).processSeconds()).isCloseTo(0.5, Offset.offset(1e-9));
    }

    @Test
    void withoutAServersProcessNobodyKnowsWhoTheOthersAre() {
        CpuMeter meter = new CpuMeter(new ProcFiles(proc), time, List::of, false, 2);
        CpuTime used = meter.since(meter.read());
        assertThat(used.processSeconds()).isNaN();
        assertThat(used.otherPercent()).isNaN();
    }

    private static final class StoppedTime implements Time {
        private long nanos = 1;

        @Override
        public long milliseconds() {
            return nanos / 1_000_000;
        }

        @Override
        public long nanoseconds() {
            return nanos;
        }

        @Override
        public void sleep(long ms) {
            nanos += ms * 1_000_000;
        }

        @Override
        public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
            throw new UnsupportedOperationException();
        }
    }
}
