package io.weir.server.command;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Moves a consumer with assigned partitions to where it begins. */
final class Seek {
    private Seek() {}

    static void to(
            Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, StartPosition from, Duration timeout) {
        switch (from) {
            case StartPosition.Beginning beginning -> consumer.seekToBeginning(partitions);
            case StartPosition.End end -> consumer.seekToEnd(partitions);
            case StartPosition.Offset(long offset)
            when offset >= 0 -> partitions.forEach(partition -> consumer.seek(partition, offset));
            case StartPosition.Offset(long offset) -> {
                Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, timeout);
                consumer.endOffsets(partitions, timeout)
                        .forEach((partition, end) ->
                                consumer.seek(partition, Math.max(starts.getOrDefault(partition, 0L), end + offset)));
            }
            case StartPosition.Timestamp(Instant instant) -> {
                Map<TopicPartition, Long> times = new HashMap<>();
                partitions.forEach(partition -> times.put(partition, instant.toEpochMilli()));
                Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, timeout);
                for (TopicPartition partition : partitions) {
                    OffsetAndTimestamp first = found.get(partition);
                    if (first == null) {
                        consumer.seekToEnd(List.of(partition));
                    } else {
                        consumer.seek(partition, first.offset());
                    }
                }
            }
        }
    }
}
