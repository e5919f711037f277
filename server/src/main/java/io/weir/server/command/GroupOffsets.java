package io.weir.server.command;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Where groups are, and where the partitions end. */
final class GroupOffsets {
    /** By topic, then by number. */
    static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private GroupOffsets() {}

    /** What each of the groups has committed. */
    static Map<String, Map<TopicPartition, Long>> committed(
            Admin admin, ClientOptions options, Collection<String> groups) {
        Map<String, ListConsumerGroupOffsetsSpec> specs = new HashMap<>();
        groups.forEach(group -> specs.put(group, new ListConsumerGroupOffsetsSpec()));
        Map<String, Map<TopicPartition, Long>> committed = new TreeMap<>();
        if (specs.isEmpty()) {
            return committed;
        }
        Await.result(admin.listConsumerGroupOffsets(specs).all(), options).forEach((group, offsets) -> {
            Map<TopicPartition, Long> own = new TreeMap<>(ORDER);
            for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
                // Kafka gives null where a group has committed nothing.
                if (entry.getValue() != null) {
                    own.put(entry.getKey(), entry.getValue().offset());
                }
            }
            committed.put(group, own);
        });
        return committed;
    }

    /** Offsets of the partitions that exist and have an owner; others are missing. */
    static Map<TopicPartition, Long> offsets(
            Admin admin, ClientOptions options, Set<TopicPartition> partitions, OffsetSpec what) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        for (TopicPartition partition : readable(admin, options, partitions)) {
            specs.put(partition, what);
        }
        Map<TopicPartition, Long> offsets = new TreeMap<>(ORDER);
        if (!specs.isEmpty()) {
            Await.result(admin.listOffsets(specs).all(), options)
                    .forEach((partition, info) -> offsets.put(partition, info.offset()));
        }
        return offsets;
    }

    /** Asking for the offset of a partition without an owner would only wait until the time is up. */
    private static Set<TopicPartition> readable(Admin admin, ClientOptions options, Set<TopicPartition> partitions) {
        Set<String> existing = Await.result(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names(), options);
        Set<String> topics = new HashSet<>();
        partitions.forEach(partition -> topics.add(partition.topic()));
        topics.retainAll(existing);
        Set<TopicPartition> readable = new HashSet<>();
        Await.result(admin.describeTopics(topics).allTopicNames(), options)
                .forEach((name, topic) -> topic.partitions().stream()
                        .filter(info -> info.leader() != null)
                        .forEach(info -> readable.add(new TopicPartition(name, info.partition()))));
        readable.retainAll(partitions);
        return readable;
    }
}
