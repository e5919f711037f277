package io.weir.server.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Counts what a producer was told. Written by the producer's thread, read by the command's; guarded by itself. */
final class ProduceReport {
    private final String topic;
    private final Map<Integer, Range> ranges = new TreeMap<>();
    private long records;
    private long bytes;
    private @Nullable Exception failure;

    /** First and last offset; -1 when the node tells none (acks=0). */
    private record Range(long first, long last, long count) {}

    ProduceReport(String topic) {
        this.topic = topic;
    }

    /** The producer's callback. */
    synchronized void completed(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
        if (exception != null || metadata == null) {
            failure = failure == null ? exception : failure;
            return;
        }
        records++;
        bytes += Math.max(0, metadata.serializedValueSize());
        long offset = metadata.hasOffset() ? metadata.offset() : -1;
        ranges.merge(
                metadata.partition(),
                new Range(offset, offset, 1),
                (range, one) ->
                        new Range(Math.min(range.first(), offset), Math.max(range.last(), offset), range.count() + 1));
    }

    /** The first failure. */
    synchronized Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    synchronized void print(Output output, boolean json, long elapsedMs, boolean rates) {
        double seconds = Math.max(1, elapsedMs) / 1000.0;
        if (json) {
            List<Map<String, Object>> rows = new ArrayList<>();
            ranges.forEach((partition, range) -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("partition", partition);
                row.put("records", range.count());
                row.put("firstOffset", range.first());
                row.put("lastOffset", range.last());
                rows.add(row);
            });
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("topic", topic);
            document.put("records", records);
            document.put("elapsedMs", elapsedMs);
            document.put("partitions", rows);
            output.json(document);
            return;
        }
        output.line(Words.count(records, "record") + " acknowledged by topic " + topic
                + (rates
                        ? String.format(
                                Locale.ROOT,
                                " in %.2f s: %.0f records/s, %.1f MB/s",
                                seconds,
                                records / seconds,
                                bytes / seconds / 1e6)
                        : "")
                + ".");
    }
}
