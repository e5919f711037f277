package io.weir.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.loader.LogDeltaManifest;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

class LiveClusterViewTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private MetadataImage last = MetadataImage.EMPTY;
    private long offset;

    @Test
    void topicAppearsOnlyWhenItsOwnerHasOpenedIt() {
        Opener owner = new Opener();
        LiveClusterView view = view(LONG).precede(owner);
        publish(view, topic("a"));
        assertThat(view.image().topics().getTopic("a")).isNull();
        owner.open();
        assertThat(view.image().topics().getTopic("a")).isNotNull();
        assertThat(view.cache().contains("a")).isTrue();
    }

    @Test
    void imagesAppearInOrderWhicheverIsReadyFirst() {
        Opener owner = new Opener();
        List<Long> followed = new ArrayList<>();
        LiveClusterView view = view(LONG).precede(owner).follow((delta, image) -> {
            followed.add(image.offset());
            return CompletableFuture.completedFuture(null);
        });
        publish(view, topic("a"));
        publish(view, topic("b"));
        CompletableFuture<Void> first = owner.begun.remove();
        owner.open();
        assertThat(view.image().topics().getTopic("b")).isNull();
        first.complete(null);
        assertThat(view.image().topics().getTopic("a")).isNotNull();
        assertThat(view.image().topics().getTopic("b")).isNotNull();
        assertThat(followed).containsExactly(1L, 2L);
    }

    @Test
    void ownerThatFailsOrThrowsDoesNotHideTheImage() {
        LiveClusterView view = view(LONG)
                .precede((delta, image) -> CompletableFuture.failedFuture(new IllegalStateException("no")))
                .precede((delta, image) -> {
                    throw new IllegalStateException("never");
                });
        publish(view, topic("a"));
        assertThat(view.image().topics().getTopic("a")).isNotNull();
    }

    @Test
    void viewDoesNotWaitBeyondItsBound() throws Exception {
        Opener owner = new Opener();
        LiveClusterView view = view(Duration.ofMillis(50)).precede(owner);
        CompletableFuture<MetadataImage> seen =
                view.when(image -> image.topics().getTopic("a") != null, LONG);
        publish(view, topic("a"));
        assertThat(seen).isNotDone();
        assertThat(seen.get(20, TimeUnit.SECONDS).offset()).isEqualTo(1);
    }

    @Test
    void conditionThatIsNeverMetFailsWithKafkasTimeout() {
        LiveClusterView view = view(LONG);
        assertThatThrownBy(
                        () -> view.when(image -> false, Duration.ofMillis(10)).get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void topicSettingsFollowTheImagesAndAreParsedOnce() {
        LiveClusterView view = view(LONG);
        publish(view, topic("a"), topic("b"), setting(ConfigResource.Type.TOPIC, "a", "retention.ms", "5"));
        LogConfig parsed = view.topicConfig("a");
        assertThat(parsed.retentionMs).isEqualTo(5);
        assertThat(view.topicConfig("b").retentionMs).isEqualTo(3_600_000);
        publish(view, topic("c"));
        publish(view, setting(ConfigResource.Type.TOPIC, "b", "weir.ack", "buffer"));
        assertThat(view.topicConfig("a")).isSameAs(parsed);
        assertThat(view.weirTopicConfig("b").bufferedAck()).isTrue();
        publish(view, setting(ConfigResource.Type.BROKER, "", "log.retention.ms", "77"));
        assertThat(view.topicConfig("a").retentionMs).isEqualTo(5);
        assertThat(view.topicConfig("b").retentionMs).isEqualTo(77);
        publish(view, setting(ConfigResource.Type.BROKER, "1", "log.retention.ms", "88"));
        assertThat(view.topicConfig("c").retentionMs).isEqualTo(88);
        publish(view, setting(ConfigResource.Type.TOPIC, "a", "retention.ms", null));
        assertThat(view.topicConfig("a").retentionMs).isEqualTo(88);
    }

    private static LiveClusterView view(Duration bound) {
        return new LiveClusterView(1, new TopicConfigs(1, Map.of("log.retention.hours", "1")), bound);
    }

    private void publish(LiveClusterView view, ApiMessage... records) {
        MetadataDelta delta = new MetadataDelta.Builder().setImage(last).build();
        for (ApiMessage each : records) {
            delta.replay(each);
        }
        MetadataProvenance provenance = new MetadataProvenance(++offset, 1, 1, true);
        last = delta.apply(provenance);
        view.onMetadataUpdate(
                delta,
                last,
                new LogDeltaManifest.Builder()
                        .provenance(provenance)
                        .leaderAndEpoch(LeaderAndEpoch.UNKNOWN)
                        .numBatches(1)
                        .elapsedNs(1)
                        .numBytes(1)
                        .build());
    }

    private static TopicRecord topic(String name) {
        return new TopicRecord().setName(name).setTopicId(Uuid.randomUuid());
    }

    private static ConfigRecord setting(
            ConfigResource.Type type, String resource, String name, @org.jspecify.annotations.Nullable String value) {
        return new ConfigRecord()
                .setResourceType(type.id())
                .setResourceName(resource)
                .setName(name)
                .setValue(value);
    }

    /** An owner whose partitions open when the test says so. */
    private static final class Opener implements ImageListener {
        final Queue<CompletableFuture<Void>> begun = new ConcurrentLinkedQueue<>();

        @Override
        public CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage image) {
            CompletableFuture<Void> opening = new CompletableFuture<>();
            begun.add(opening);
            return opening;
        }

        void open() {
            for (CompletableFuture<Void> next = begun.poll(); next != null; next = begun.poll()) {
                next.complete(null);
            }
        }
    }
}
