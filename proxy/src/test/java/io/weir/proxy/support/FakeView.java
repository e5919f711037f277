package io.weir.proxy.support;

import io.weir.metadata.ClusterView;
import io.weir.metadata.WeirTopicConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerEndpoint;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.metadata.MetadataCache;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;

/** A view whose images come from records that the test replays. Waiters end by an image or by {@link #expire}. */
public final class FakeView implements ClusterView {
    private final KRaftMetadataCache cache = new KRaftMetadataCache(1, () -> KRaftVersion.KRAFT_VERSION_1);
    private final List<Waiter> waiters = new CopyOnWriteArrayList<>();
    private volatile MetadataImage image = MetadataImage.EMPTY;
    private long offset;

    public FakeView() {
        replay(new FeatureLevelRecord()
                .setName(MetadataVersion.FEATURE_NAME)
                .setFeatureLevel(MetadataVersion.latestProduction().featureLevel()));
    }

    public void replay(ApiMessage... records) {
        MetadataDelta delta = new MetadataDelta.Builder().setImage(image).build();
        for (ApiMessage record : records) {
            delta.replay(record);
        }
        image = delta.apply(new MetadataProvenance(++offset, 1, 0, true));
        cache.setImage(image);
        for (Waiter waiter : List.copyOf(waiters)) {
            if (waiter.condition.test(image)) {
                waiters.remove(waiter);
                waiter.future.complete(image);
            }
        }
    }

    public void registerBroker(int id, String host, int port, @Nullable String rack, boolean fenced) {
        RegisterBrokerRecord record = new RegisterBrokerRecord()
                .setBrokerId(id)
                .setIncarnationId(new Uuid(7, id))
                .setBrokerEpoch(100 + id)
                .setRack(rack)
                .setFenced(fenced)
                .setLogDirs(List.of(new Uuid(8, id)));
        record.endPoints()
                .add(new BrokerEndpoint()
                        .setName("PLAINTEXT")
                        .setHost(host)
                        .setPort(port)
                        .setSecurityProtocol(SecurityProtocol.PLAINTEXT.id));
        replay(record);
    }

    /** A topic with one partition for each leader; a leader of -1 is none. */
    public Uuid createTopic(String name, int... leaders) {
        Uuid id = Uuid.randomUuid();
        List<ApiMessage> records = new ArrayList<>();
        records.add(new TopicRecord().setName(name).setTopicId(id));
        for (int partition = 0; partition < leaders.length; partition++) {
            records.add(partition(id, partition, leaders[partition]));
        }
        replay(records.toArray(ApiMessage[]::new));
        return id;
    }

    public static PartitionRecord partition(Uuid topic, int partition, int leader) {
        int replica = Math.max(leader, 1);
        return new PartitionRecord()
                .setTopicId(topic)
                .setPartitionId(partition)
                .setReplicas(List.of(replica))
                .setIsr(List.of(replica))
                .setLeader(leader)
                .setLeaderEpoch(5)
                .setPartitionEpoch(9)
                .setDirectories(List.of(new Uuid(8, replica)));
    }

    /** A topic that nodes 1 to 3 may own, with one partition for each leader, all in epoch 5. */
    public Uuid createMovableTopic(String name, int... leaders) {
        Uuid id = createTopic(name, leaders);
        for (int partition = 0; partition < leaders.length; partition++) {
            move(id, partition, leaders[partition], 5);
        }
        return id;
    }

    /** The partition has another owner. */
    public void move(Uuid topic, int partition, int leader, int leaderEpoch) {
        List<Integer> candidates = List.of(1, 2, 3);
        replay(partition(topic, partition, leader)
                .setReplicas(candidates)
                .setIsr(candidates)
                .setLeaderEpoch(leaderEpoch)
                .setPartitionEpoch(leaderEpoch)
                .setDirectories(List.of(new Uuid(8, 1), new Uuid(8, 2), new Uuid(8, 3))));
    }

    /** A node with these listeners: name, host, port. */
    public void register(int id, @Nullable String rack, boolean fenced, List<BrokerEndpoint> listeners) {
        RegisterBrokerRecord record = new RegisterBrokerRecord()
                .setBrokerId(id)
                .setIncarnationId(new Uuid(7, id))
                .setBrokerEpoch(100 + id)
                .setRack(rack)
                .setFenced(fenced)
                .setLogDirs(List.of(new Uuid(8, id)));
        record.endPoints().addAll(listeners);
        replay(record);
    }

    /** A listener without encryption. */
    public static BrokerEndpoint listener(String name, String host, int port) {
        return new BrokerEndpoint()
                .setName(name)
                .setHost(host)
                .setPort(port)
                .setSecurityProtocol(SecurityProtocol.PLAINTEXT.id);
    }

    public void deleteTopic(Uuid id) {
        replay(new RemoveTopicRecord().setTopicId(id));
    }

    public void setTopicConfig(String topic, String name, @Nullable String value) {
        replay(new ConfigRecord()
                .setResourceType(ConfigResource.Type.TOPIC.id())
                .setResourceName(topic)
                .setName(name)
                .setValue(value));
    }

    /** All who wait have waited too long. */
    public void expire() {
        for (Waiter waiter : List.copyOf(waiters)) {
            waiters.remove(waiter);
            waiter.future.completeExceptionally(new TimeoutException("not seen in time"));
        }
    }

    public int waiting() {
        return waiters.size();
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
        return new LogConfig(cache.config(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    }

    @Override
    public WeirTopicConfig weirTopicConfig(String topic) {
        return new WeirTopicConfig(false);
    }

    @Override
    public CompletableFuture<MetadataImage> when(Predicate<MetadataImage> condition, Duration timeout) {
        if (condition.test(image)) {
            return CompletableFuture.completedFuture(image);
        }
        Waiter waiter = new Waiter(condition, new CompletableFuture<>());
        waiters.add(waiter);
        return waiter.future;
    }

    private record Waiter(Predicate<MetadataImage> condition, CompletableFuture<MetadataImage> future) {}
}
