package io.weir.log.partition;

import io.netty.buffer.ByteBufAllocator;
import io.weir.log.NodeLogConfig;
import io.weir.storage.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

final class Segments {
    Segments(Store store, NodeLogConfig config, ByteBufAllocator allocator, Time time) {}

    record Opened(ColdLog cold, @Nullable SavedState saved) {}

    void load(int nodeId) {}

    int count() {
        return 0;
    }

    boolean has(TopicIdPartition id) {
        return false;
    }

    Opened open(TopicIdPartition id) {
        return new Opened(EmptyColdLog.AT_ZERO, null);
    }

    void write(List<FlushCut> cuts) {}

    void dropBelow(PartitionLog log, long offset) {}

    void delete(TopicIdPartition id) {}

    void collectOrphans(Set<Uuid> topicIds, Duration age) {}

    Map<String, Long> readCounts() {
        return Map.of();
    }

    void close() {}
}
