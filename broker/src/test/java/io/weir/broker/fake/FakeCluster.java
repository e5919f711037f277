package io.weir.broker.fake;

import io.weir.metadata.ClusterView;
import io.weir.metadata.WeirTopicConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.DirectoryId;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerEndpoint;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerEndpointCollection;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.metadata.MetadataCache;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A cluster's metadata, made of records as the controller would write them. */
public final class FakeCluster implements ClusterView {
    private final KRaftMetadataCache cache = new KRaftMetadataCache(1, () -> KRaftVersion.KRAFT_VERSION_1);
    private MetadataImage image = MetadataImage.EMPTY;

    /** What one or more records change. */
    public record Change(MetadataDelta delta, MetadataImage image) {}

    /** Replays the records. */
    public Change apply(ApiMessage... records) {
        MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
        for (ApiMessage record : records) {
            delta.replay(record);
        }
        image = delta.apply(new MetadataProvenance(1, 1, 1, true));
        cache.setImage(image);
        return new Change(delta, image);
    }

    /** A broker at {@code host-<id>:<9000 + id>} on the listener PLAINTEXT. */
    public static RegisterBrokerRecord broker(int id) {
        BrokerEndpointCollection endpoints = new BrokerEndpointCollection();
        endpoints.add(new BrokerEndpoint()
                .setName("PLAINTEXT")
                .setHost("host-" + id)
                .setPort(9000 + id)
                .setSecurityProtocol((short) 0));
        return new RegisterBrokerRecord()
                .setBrokerId(id)
                .setBrokerEpoch(10 + id)
                .setIncarnationId(new Uuid(5, id))
                .setEndPoints(endpoints)
                .setFenced(false)
                .setRack("rack-" + id)
                .setLogDirs(List.of(DirectoryId.UNASSIGNED));
    }

    /** A topic; partitions follow. */
    public static TopicRecord topic(String name, Uuid id) {
        return new TopicRecord().setName(name).setTopicId(id);
    }

    /** A partition with nodes 1 and 2 as candidates. */
    public static PartitionRecord partition(Uuid topicId, int index, int leader, int leaderEpoch) {
        return new PartitionRecord()
                .setTopicId(topicId)
                .setPartitionId(index)
                .setReplicas(List.of(1, 2))
                .setIsr(List.of(1, 2))
                .setLeader(leader)
                .setLeaderEpoch(leaderEpoch)
                .setPartitionEpoch(0);
    }

    /** The leader changes, or is named again: the epoch rises by one in either case. */
    public static PartitionChangeRecord elect(Uuid topicId, int index, int leader) {
        return new PartitionChangeRecord()
                .setTopicId(topicId)
                .setPartitionId(index)
                .setLeader(leader);
    }

    /** The topic goes. */
    public static RemoveTopicRecord remove(Uuid topicId) {
        return new RemoveTopicRecord().setTopicId(topicId);
    }

    /** A topic's setting. */
    public static ConfigRecord config(String topic, String key, String value) {
        return new ConfigRecord()
                .setResourceType(ConfigResource.Type.TOPIC.id())
                .setResourceName(topic)
                .setName(key)
                .setValue(value);
    }

    /** The default of all nodes. */
    public static ConfigRecord defaultConfig(String key, String value) {
        return new ConfigRecord()
                .setResourceType(ConfigResource.Type.BROKER.id())
                .setResourceName("")
                .setName(key)
                .setValue(value);
    }

    @Override
    public MetadataImage image() {
        return image;
    }

    @Override
    public MetadataCache cache() {
        return cache;
    }

    @Override
    public LogConfig topicConfig(String topic) {
        return new LogConfig(Map.of());
    }

    @Override
    public WeirTopicConfig weirTopicConfig(String topic) {
        return new WeirTopicConfig(false);
    }

    @Override
    public CompletableFuture<MetadataImage> when(Predicate<MetadataImage> condition, Duration timeout) {
        return condition.test(image)
                ? CompletableFuture.completedFuture(image)
                : CompletableFuture.failedFuture(new UnsupportedOperationException("the fake does not wait"));
    }
}
