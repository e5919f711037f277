package io.weir.bench.soak;

import io.weir.bench.load.Latencies;
import io.weir.bench.machine.ProcFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Looks at the node from time to time, after a garbage collection. Sampling is for one thread, the rest for any. */
final class Sampler {
    static final String HEAP = "heapAfterCollectionBytes";
    static final String NON_HEAP = "nonHeapBytes";
    static final String DIRECT = "directMemoryBytes";
    static final String BUFFERS = "buffersInUseBytes";
    static final String RESIDENT = "residentBytes";
    /** Without the segments that the read cache keeps open, which are bounded by their number. */
    static final String FILES = "openFilesBesideSegments";

    static final String THREADS = "threads";
    static final String LATENCY = "p99Milliseconds";

    private static final Map<String, String> METRICS = Map.of(
            HEAP, "jvm_memory_used_bytes{area=\"heap\"}",
            NON_HEAP, "jvm_memory_used_bytes{area=\"nonheap\"}",
            DIRECT, "jvm_buffer_pool_used_bytes{pool=\"direct\"}",
            BUFFERS, "weir_buffers_pinned_bytes",
            THREADS, "jvm_threads_current");

    private final SoakNode node;
    private final Path jdk = Path.of(System.getProperty("java.home"));
    private final ProcFiles proc = new ProcFiles(Path.of("/proc"));
    private final AtomicReference<Latencies> latencies = new AtomicReference<>(new Latencies());
    private final List<Sample> samples = new ArrayList<>();

    Sampler(SoakNode node) {
        this.node = node;
    }

    /** A record was acknowledged after so many nanoseconds. */
    void latency(long nanos) {
        Objects.requireNonNull(latencies.get()).record(nanos);
    }

    /** Takes one, unless the node is down. */
    void sample() throws InterruptedException {
        if (!node.up()) {
            latencies.set(new Latencies());
            return;
        }
        int life = node.life();
        double age = node.age().toMillis() / 1e3;
        Latencies since = latencies.getAndSet(new Latencies());
        try {
            node.collectGarbage(jdk);
            Map<String, Double> all = node.metrics();
            Map<String, Double> values = new TreeMap<>();
            METRICS.forEach((name, metric) -> {
                Double value = all.get(metric);
                if (value == null) {
                    throw new IllegalStateException("The node has no metric " + metric);
                }
                values.put(name, value);
            });
            node.openFiles().ifPresent(count -> values.put(FILES, (double) count));
            proc.residentBytes(node.pid()).ifPresent(bytes -> values.put(RESIDENT, bytes));
            synchronized (samples) {
                samples.add(new Sample(life, age, values, since));
            }
        } catch (IOException e) {
            // It went down just now.
        }
    }

    List<Sample> samples() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }
}
