package io.weir.log.segment;

import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/** A partition as store and commit log name it: without the topic's name. */
public record PartitionKey(Uuid topicId, int partition) {
    /** Without the name. */
    public static PartitionKey of(TopicIdPartition id) {
        return new PartitionKey(id.topicId(), id.partition());
    }
}
