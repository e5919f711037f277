package io.weir.broker.ownership;

import io.weir.log.TopicDurability;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * A topic's settings as of an image that is not published yet: the topic's own over the node's defaults. Any thread;
 * does not block.
 */
public interface TopicSettings {
    /** Kafka's settings of the topic. */
    LogConfig logConfig(MetadataImage image, String topic);

    /** {@code weir.ack} of the topic. */
    TopicDurability durability(MetadataImage image, String topic);
}
