package io.weir.coordinator;

import io.weir.metadata.ClusterView;
import io.weir.metadata.WeirTopicConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.metadata.MetadataCache;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;

/** Metadata that the test writes record by record; each change is one image. */
final class FakeCluster implements ClusterView {
    /** The node of the tests. */
    static final int NODE = 1;

    private volatile MetadataImage image = MetadataImage.EMPTY;
    private final List<Edit> edits = new ArrayList<>();
    private long offset;

    record Change(MetadataDelta delta, MetadataImage image) {}

    interface Edit {
        void to(MetadataDelta delta);
    }

    FakeCluster() {
        change(delta -> delta.replay(new FeatureLevelRecord()
                .setName(MetadataVersion.FEATURE_NAME)
                .setFeatureLevel(MetadataVersion.latestProduction().featureLevel())));
    }

    Change change(Edit edit) {
        MetadataDelta delta = deltaFrom(image);
        edit.to(delta);
        edits.add(edit);
        image = delta.apply(new MetadataProvenance(offset++, 1, offset, true));
        return new Change(delta, image);
    }

    /** The present image as one change from nothing, as a node that starts gets it. */
    Change everything() {
        MetadataDelta delta = deltaFrom(MetadataImage.EMPTY);
        edits.forEach(edit -> edit.to(delta));
        image = delta.apply(new MetadataProvenance(offset++, 1, offset, true));
        return new Change(delta, image);
    }

    private static MetadataDelta deltaFrom(MetadataImage image) {
        return new MetadataDelta.Builder()
                .setImage(image)
                .setSupportedConfigChecker((type, name) -> true)
                .build();
    }

    static Edit topic(String name, Uuid id, int partitions, int leader) {
        return delta -> {
            delta.replay(new TopicRecord().setName(name).setTopicId(id));
            for (int partition = 0; partition < partitions; partition++) {
                delta.replay(new PartitionRecord()
                        .setTopicId(id)
                        .setPartitionId(partition)
                        .setReplicas(List.of(leader))
                        .setIsr(List.of(leader))
                        .setLeader(leader)
                        .setLeaderEpoch(0)
                        .setPartitionEpoch(0));
            }
        };
    }

    static Edit leader(Uuid id, int partition, int leader) {
        return delta -> delta.replay(new PartitionChangeRecord()
                .setTopicId(id)
                .setPartitionId(partition)
                .setReplicas(List.of(leader))
                .setIsr(List.of(leader))
                .setLeader(leader));
    }

    static Edit remove(Uuid id) {
        return delta -> delta.replay(new RemoveTopicRecord().setTopicId(id));
    }

    static Edit groupConfig(String group, String name, @Nullable String value) {
        return delta -> delta.replay(new ConfigRecord()
                .setResourceType(ConfigResource.Type.GROUP.id())
                .setResourceName(group)
                .setName(name)
                .setValue(value));
    }

    @Override
    public MetadataImage image() {
        return image;
    }

    @Override
    public MetadataCache cache() {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }
}
