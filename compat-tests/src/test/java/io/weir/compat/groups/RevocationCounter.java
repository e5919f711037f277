package io.weir.compat.groups;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/** Remembers every partition that was taken from a member. */
final class RevocationCounter implements ConsumerRebalanceListener {
    private final List<TopicPartition> revoked = new ArrayList<>();

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        revoked.addAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Only losses count.
    }

    List<TopicPartition> partitions() {
        return revoked;
    }
}
