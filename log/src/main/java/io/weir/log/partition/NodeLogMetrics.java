package io.weir.log.partition;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.log.commitlog.CommitLog;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogValidator;

/** The log in numbers: memory, commit log, flushes, partitions by state, records refused. */
final class NodeLogMetrics implements LogValidator.MetricsRecorder, ReadCounter {
    private final Histogram flushSeconds;
    private final Counter flushedBytes;
    private final Counter flushFailures;
    private final Counter refused;
    private final CounterDataPoint tailReads;
    private final CounterDataPoint segmentReads;
    private final Counter damagedReads;

    NodeLogMetrics(NodeLog node, Time time, PrometheusRegistry registry) {
        flushSeconds = Histogram.builder()
                .name("weir_segment_flush_seconds")
                .help("Time to write one round of segments")
                .classicExponentialUpperBounds(.001, 2, 14)
                .classicOnly()
                .register(registry);
        flushedBytes = Counter.builder()
                .name("weir_segment_flushed_bytes_total")
                .help("Batch bytes written to segments")
                .register(registry);
        flushFailures = Counter.builder()
                .name("weir_segment_flush_failures_total")
                .help("Rounds of segments that could not be written; their batches stay in the commit log")
                .register(registry);
        refused = Counter.builder()
                .name("weir_records_refused_total")
                .help("Batches that did not pass validation")
                .labelNames("reason")
                .register(registry);
        Counter reads = Counter.builder()
                .name("weir_log_reads_total")
                .help("Reads of partitions by where the records were: in the tail cache or in segments")
                .labelNames("from")
                .register(registry);
        tailReads = reads.labelValues("tail");
        segmentReads = reads.labelValues("segment");
        damagedReads = Counter.builder()
                .name("weir_log_damaged_reads_total")
                .help("Reads of segments that met damage; the log names the file")
                .register(registry);
        gauge(
                registry,
                "weir_tail_cache_capacity_bytes",
                "Budget of the tail cache",
                node,
                log -> log.cache().capacityBytes());
        gauge(
                registry,
                "weir_tail_cache_used_bytes",
                "Bytes in the tail cache",
                node,
                log -> log.cache().usedBytes());
        gauge(
                registry,
                "weir_tail_cache_dirty_bytes",
                "Bytes in the tail cache that are in no segment yet",
                node,
                log -> log.cache().dirtyBytes());
        gauge(
                registry,
                "weir_appends_waiting",
                "Appends that wait for room in the tail cache",
                node,
                log -> log.gate().waiting());
        gauge(
                registry,
                "weir_commit_waiting_seconds",
                "How long the commit log has stood still with batches waiting to be made durable; 0 when none waits",
                node,
                log -> log.commitLog()
                        .map(commitLog -> commitLog.waited(time.nanoseconds()).toNanos() / 1e9)
                        .orElse(0.0));
        gauge(
                registry,
                "weir_storage_sick",
                "1 while nothing can be made durable: the store is full, read-only, broken or does not answer",
                node,
                log -> log.trouble().isPresent() ? 1 : 0);
        CounterWithCallback.builder()
                .name("weir_appends_refused_total")
                .help("Appends that were told KAFKA_STORAGE_ERROR because the store was sick for too long")
                .callback(callback -> callback.call((double) node.health().refused()))
                .register(registry);
        gauge(
                registry,
                "weir_ack_buffer_window_bytes",
                "Bytes acknowledged before they are durable (weir.ack=buffer): what a crash would lose",
                node,
                log -> log.window().openBytes());
        gauge(
                registry,
                "weir_commit_log_bytes",
                "Bytes in commit log files",
                node,
                log -> log.commitLog().map(CommitLog::sizeBytes).orElse(0L));
        gauge(
                registry,
                "weir_commit_log_files",
                "Commit log files",
                node,
                log -> log.commitLog()
                        .map(commitLog -> commitLog.files().size())
                        .orElse(0));
    }

    private static void gauge(
            PrometheusRegistry registry, String name, String help, NodeLog node, ToDoubleFunction<NodeLog> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.applyAsDouble(node)))
                .register(registry);
    }

    void flushed(List<FlushCut> cuts, long nanos) {
        flushSeconds.observe(nanos / 1e9);
        for (FlushCut cut : cuts) {
            flushedBytes.inc((double) cut.sizeBytes());
        }
    }

    @Override
    public void fromTail() {
        tailReads.inc();
    }

    @Override
    public void damaged() {
        damagedReads.inc();
    }

    @Override
    public void fromSegment() {
        segmentReads.inc();
    }

    void flushFailed() {
        flushFailures.inc();
    }

    @Override
    public void recordInvalidMagic() {
        refused.labelValues("magic").inc();
    }

    @Override
    public void recordInvalidOffset() {
        refused.labelValues("offset").inc();
    }

    @Override
    public void recordInvalidSequence() {
        refused.labelValues("sequence").inc();
    }

    @Override
    public void recordInvalidChecksums() {
        refused.labelValues("checksum").inc();
    }

    @Override
    public void recordNoKeyCompactedTopic() {
        refused.labelValues("no_key").inc();
    }
}
