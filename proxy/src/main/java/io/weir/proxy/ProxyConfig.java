package io.weir.proxy;

import io.weir.proxy.fetch.FetchConfig;
import io.weir.proxy.routing.RetryConfig;
import io.weir.proxy.tail.TailConfig;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Settings of the proxy.
 *
 * @param autoCreateTopics {@code auto.create.topics.enable}
 * @param offsetsTopic how {@code __consumer_offsets} is made when the first group comes
 * @param addressFollowsClient true unless {@code advertised.listeners} is set: clients are told the address of this
 *     node that they have reached
 * @param maxPartitionsDescribed {@code max.request.partition.size.limit}: in one answer to DescribeTopicPartitions
 * @param fetch bounds of fetches
 * @param visibilityWait longest that the answer to a change, or to a question that makes a topic, waits until this
 *     node sees what was changed
 * @param producerIdWait longest that a producer waits for a block of producer ids
 * @param retry how requests are tried again while an owner moves
 * @param tail bounds of reading other nodes' partitions
 */
public record ProxyConfig(
        boolean autoCreateTopics,
        OffsetsTopic offsetsTopic,
        boolean addressFollowsClient,
        int maxPartitionsDescribed,
        FetchConfig fetch,
        Duration visibilityWait,
        Duration producerIdWait,
        RetryConfig retry,
        TailConfig tail) {
    /** Checks the bounds. */
    public ProxyConfig {
        if (maxPartitionsDescribed < 1 || visibilityWait.isNegative() || producerIdWait.isNegative()) {
            throw new IllegalArgumentException("maxPartitionsDescribed=" + maxPartitionsDescribed
                    + " must be positive, visibilityWait=" + visibilityWait + " and producerIdWait=" + producerIdWait
                    + " must not be negative");
        }
    }

    /** With the defaults of everything that matters only where there are several nodes. */
    public ProxyConfig(
            boolean autoCreateTopics,
            OffsetsTopic offsetsTopic,
            boolean addressFollowsClient,
            int maxPartitionsDescribed,
            FetchConfig fetch,
            Duration visibilityWait,
            Duration producerIdWait) {
        this(
                autoCreateTopics,
                offsetsTopic,
                addressFollowsClient,
                maxPartitionsDescribed,
                fetch,
                visibilityWait,
                producerIdWait,
                RetryConfig.defaults(),
                TailConfig.defaults());
    }

    /** The same with other tails. */
    public ProxyConfig withTail(TailConfig other) {
        return new ProxyConfig(
                autoCreateTopics,
                offsetsTopic,
                addressFollowsClient,
                maxPartitionsDescribed,
                fetch,
                visibilityWait,
                producerIdWait,
                retry,
                other);
    }

    /** The same with other retries. */
    public ProxyConfig withRetry(RetryConfig other) {
        return new ProxyConfig(
                autoCreateTopics,
                offsetsTopic,
                addressFollowsClient,
                maxPartitionsDescribed,
                fetch,
                visibilityWait,
                producerIdWait,
                other,
                tail);
    }

    /** Kafka's defaults where Kafka has the setting. */
    public static ProxyConfig defaults() {
        return new ProxyConfig(
                true,
                OffsetsTopic.defaults(),
                true,
                2000,
                FetchConfig.defaults(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
    }

    /**
     * How the internal topic of groups is made.
     *
     * @param partitions {@code offsets.topic.num.partitions}
     * @param replicationFactor {@code offsets.topic.replication.factor}, advice as everywhere
     * @param configs its settings
     */
    public record OffsetsTopic(int partitions, short replicationFactor, Map<String, String> configs) {
        /** Copies the settings. */
        public OffsetsTopic {
            if (partitions < 1) {
                throw new IllegalArgumentException("offsets.topic.num.partitions must be positive, is " + partitions);
            }
            configs = Map.copyOf(configs);
        }

        /** As Kafka makes it. */
        public static OffsetsTopic defaults() {
            return new OffsetsTopic(
                    50,
                    (short) 3,
                    Map.of(
                            TopicConfig.CLEANUP_POLICY_CONFIG,
                            TopicConfig.CLEANUP_POLICY_COMPACT,
                            TopicConfig.COMPRESSION_TYPE_CONFIG,
                            "producer",
                            TopicConfig.SEGMENT_BYTES_CONFIG,
                            String.valueOf(100 * 1024 * 1024)));
        }
    }
}
