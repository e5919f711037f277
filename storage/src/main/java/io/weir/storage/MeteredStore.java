package io.weir.storage;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.WeirException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * Any store, measured: how long each operation takes ({@code weir_storage_operation_seconds}), the bytes that it
 * moves ({@code weir_storage_bytes_total}) and how it fails ({@code weir_storage_failures_total}, by kind). Adds a
 * clock reading on either side of a call and nothing else. Any thread.
 */
public final class MeteredStore implements Store {
    private static final double[] BUCKETS_SECONDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10
    };

    private final Store delegate;
    private final Time time;
    private final Counter failures;
    private final Operation create;
    private final Operation open;
    private final Operation list;
    private final Operation delete;
    private final Operation fence;
    private final Operation append;
    private final Operation flush;
    private final Operation seal;
    private final Operation read;

    /** One operation's figures, looked up once: a small append is made thousands of times a second. */
    private record Operation(String name, DistributionDataPoint seconds) {}

    private final CounterDataPoint appendedBytes;
    private final CounterDataPoint readBytes;

    /** Registers its metrics; one a registry. */
    public MeteredStore(Store delegate, Time time, PrometheusRegistry registry) {
        this.delegate = delegate;
        this.time = time;
        Histogram seconds = Histogram.builder()
                .name("weir_storage_operation_seconds")
                .help("Time that the store took, by operation; failed calls count too")
                .labelNames("operation")
                .classicUpperBounds(BUCKETS_SECONDS)
                .classicOnly()
                .register(registry);
        Counter bytes = Counter.builder()
                .name("weir_storage_bytes_total")
                .help("Bytes appended to and read from the store")
                .labelNames("operation")
                .register(registry);
        this.failures = Counter.builder()
                .name("weir_storage_failures_total")
                .help("Store operations that failed, by operation and kind of fault")
                .labelNames("operation", "kind")
                .register(registry);
        this.create = operation(seconds, "create");
        this.open = operation(seconds, "open");
        this.list = operation(seconds, "list");
        this.delete = operation(seconds, "delete");
        this.fence = operation(seconds, "fence");
        this.append = operation(seconds, "append");
        this.flush = operation(seconds, "flush");
        this.seal = operation(seconds, "seal");
        this.read = operation(seconds, "read");
        this.appendedBytes = bytes.labelValues("append");
        this.readBytes = bytes.labelValues("read");
    }

    private static Operation operation(Histogram seconds, String name) {
        return new Operation(name, seconds.labelValues(name));
    }

    @Override
    public AppendFile create(String path) {
        return new MeteredAppendFile(timed(create, () -> delegate.create(path)));
    }

    @Override
    public AppendFile createJournal(String path) {
        return new MeteredAppendFile(timed(create, () -> delegate.createJournal(path)));
    }

    @Override
    public ReadFile open(String path) {
        return new MeteredReadFile(timed(open, () -> delegate.open(path)));
    }

    @Override
    public List<FileStatus> list(String prefix) {
        return timed(list, () -> delegate.list(prefix));
    }

    @Override
    public List<FileStatus> listAll(Collection<String> directories) {
        return timed(list, () -> delegate.listAll(directories));
    }

    @Override
    public void delete(String path) {
        run(delete, () -> delegate.delete(path));
    }

    @Override
    public long fence(String path) {
        return timed(fence, () -> delegate.fence(path));
    }

    @Override
    public String place() {
        return delegate.place();
    }

    @Override
    public ReadAdvice readAdvice() {
        return delegate.readAdvice();
    }

    @Override
    public void close() {
        delegate.close();
    }

    private void run(Operation operation, Runnable call) {
        long start = time.nanoseconds();
        try {
            call.run();
        } catch (WeirException e) {
            failures.labelValues(operation.name(), e.kind().name()).inc();
            throw e;
        } finally {
            operation.seconds().observe((time.nanoseconds() - start) / 1e9);
        }
    }

    private <T> T timed(Operation operation, Supplier<T> call) {
        long start = time.nanoseconds();
        try {
            return call.get();
        } catch (WeirException e) {
            failures.labelValues(operation.name(), e.kind().name()).inc();
            throw e;
        } finally {
            operation.seconds().observe((time.nanoseconds() - start) / 1e9);
        }
    }

    private final class MeteredAppendFile implements AppendFile {
        private final AppendFile file;

        MeteredAppendFile(AppendFile file) {
            this.file = file;
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public long lengthBytes() {
            return file.lengthBytes();
        }

        @Override
        public int blockBytes() {
            return file.blockBytes();
        }

        @Override
        public void append(List<ByteBuffer> buffers) {
            long before = file.lengthBytes();
            run(append, () -> file.append(buffers));
            appendedBytes.inc(file.lengthBytes() - before);
        }

        @Override
        public void flush() {
            run(flush, file::flush);
        }

        @Override
        public void seal() {
            run(seal, file::seal);
        }

        @Override
        public void close() {
            file.close();
        }
    }

    private final class MeteredReadFile implements ReadFile {
        private final ReadFile file;

        MeteredReadFile(ReadFile file) {
            this.file = file;
        }

        @Override
        public long lengthBytes() {
            return file.lengthBytes();
        }

        @Override
        public void readFully(long position, ByteBuffer target) {
            int size = target.remaining();
            run(read, () -> file.readFully(position, target));
            readBytes.inc(size);
        }

        @Override
        public int alignmentBytes() {
            return file.alignmentBytes();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
