package io.weir.log.commitlog;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One group commit without a disk: headers, checksums, the gathering write, telling everybody. On one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CommitBenchmark {
    /** Entries of the group, each of another partition. */
    @Param({"1", "100", "1000"})
    public int entries;

    /** Bytes of each entry. */
    @Param({"1100", "16384"})
    public int entryBytes;

    private CommitLog log = open();
    private ByteBuffer payload = ByteBuffer.allocate(0);
    private final Committed target = new Committed();

    /** Begins with an empty store. */
    @Setup(Level.Iteration)
    public void openLog() {
        log = open();
        payload = ByteBuffer.allocateDirect(entryBytes);
    }

    private static CommitLog open() {
        CommitLogConfig defaults = CommitLogConfig.defaults();
        return new CommitLog(
                new MemoryStore(Time.SYSTEM),
                new CommitLogConfig(
                        64 << 20,
                        64 << 20,
                        defaults.retryBackoff(),
                        defaults.failAfter(),
                        defaults.bufferWindowBytes()),
                new CommitLogMetrics(new PrometheusRegistry()),
                Time.SYSTEM,
                1,
                1,
                new Uuid(1, 2),
                false,
                List.of());
    }

    /** One group. */
    @Benchmark
    public long commit() {
        for (int number = 0; number < entries; number++) {
            log.submit(LogEntry.data(target, 1, number, number + 1L, 1L, payload, null, null));
        }
        log.commitQueued();
        log.deleteDisposable();
        return target.count;
    }

    /** Lets each file go as soon as it is closed. */
    private static final class Committed implements LogEntry.Target {
        private final TopicIdPartition id = new TopicIdPartition(new Uuid(1, 2), 0, "orders");
        private long count;

        @Override
        public TopicIdPartition id() {
            return id;
        }

        @Override
        public void committed(LogEntry entry) {
            CommitLogFile file = entry.file();
            if (file != null) {
                file.unpin();
            }
            count++;
        }

        @Override
        public void settled() {}

        @Override
        public void delayed(LogEntry entry, RuntimeException cause) {
            throw cause;
        }

        @Override
        public void abandoned(LogEntry entry, RuntimeException cause) {
            throw cause;
        }
    }
}
