package io.weir.server.command;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What a cluster says of the partitions of some topics. A partition without an owner is in none of the maps.
 *
 * @param config the topics' own settings, by topic
 */
record TopicFacts(
        Map<TopicPartition, Long> logStart,
        Map<TopicPartition, Long> highWatermark,
        Map<TopicPartition, Integer> leaderEpoch,
        Map<TopicPartition, Long> sizeBytes,
        Map<String, Map<String, String>> config) {

    /** Asks for all of it, with as few requests as there can be. */
    static TopicFacts gather(Admin admin, ClientOptions options, Collection<TopicDescription> topics) {
        Set<Integer> owners = new TreeSet<>();
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (TopicDescription topic : topics) {
            topic.partitions().stream().filter(info -> info.leader() != null).forEach(info -> {
                TopicPartition partition = new TopicPartition(topic.name(), info.partition());
                owners.add(info.leader().id());
                earliest.put(partition, OffsetSpec.earliest());
                latest.put(partition, OffsetSpec.latest());
            });
        }
        Map<TopicPartition, Long> logStart = new HashMap<>();
        Map<TopicPartition, Long> highWatermark = new HashMap<>();
        Map<TopicPartition, Integer> epochs = new HashMap<>();
        Await.result(admin.listOffsets(earliest).all(), options)
                .forEach((partition, info) -> logStart.put(partition, info.offset()));
        Await.result(admin.listOffsets(latest).all(), options)
                .forEach((partition, info) -> ended(highWatermark, epochs, partition, info));
        return new TopicFacts(
                logStart, highWatermark, epochs, sizes(admin, options, owners), configs(admin, options, topics));
    }

    private static void ended(
            Map<TopicPartition, Long> highWatermark,
            Map<TopicPartition, Integer> epochs,
            TopicPartition partition,
            ListOffsetsResultInfo info) {
        highWatermark.put(partition, info.offset());
        info.leaderEpoch().ifPresent(epoch -> epochs.put(partition, epoch));
    }

    private static Map<TopicPartition, Long> sizes(Admin admin, ClientOptions options, Set<Integer> owners) {
        Map<TopicPartition, Long> sizes = new HashMap<>();
        if (!owners.isEmpty()) {
            Await.result(admin.describeLogDirs(owners).allDescriptions(), options)
                    .values()
                    .forEach(directories -> directories
                            .values()
                            .forEach(directory -> directory
                                    .replicaInfos()
                                    .forEach((partition, replica) ->
                                            sizes.merge(partition, replica.size(), Math::max))));
        }
        return sizes;
    }

    private static Map<String, Map<String, String>> configs(
            Admin admin, ClientOptions options, Collection<TopicDescription> topics) {
        Map<String, Map<String, String>> configs = new HashMap<>();
        if (topics.isEmpty()) {
            return configs;
        }
        Collection<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        Await.result(admin.describeConfigs(resources).all(), options).forEach((resource, config) -> {
            Map<String, String> own = new TreeMap<>();
            for (ConfigEntry entry : config.entries()) {
                if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                    own.put(entry.name(), entry.value());
                }
            }
            configs.put(resource.name(), own);
        });
        return configs;
    }
}
