package io.weir.metadata;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.MetadataCache;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * What this node knows of topics, nodes and settings, as of the last image that every publisher before it has
 * taken. A topic appears here only after the owner on this node has opened its partitions, so that a client that
 * sees it can write to it. Any thread.
 */
public interface ClusterView {
    /** The latest image; immutable. */
    MetadataImage image();

    /** Kafka's own look-ups (topics, nodes, features, quotas) over {@link #image}. */
    MetadataCache cache();

    /** The topic's settings over the node's defaults, with Kafka's types and checks. Parsed once an image. */
    LogConfig topicConfig(String topic);

    /** Weir's own topic settings ({@code weir.*}), which Kafka's {@link LogConfig} does not know. */
    WeirTopicConfig weirTopicConfig(String topic);

    /**
     * Done with the first image that satisfies {@code condition}, now or later; fails with Kafka's
     * TimeoutException after {@code timeout}.
     */
    CompletableFuture<MetadataImage> when(Predicate<MetadataImage> condition, Duration timeout);
}
