package io.weir.proxy.produce;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.jspecify.annotations.Nullable;

/**
 * One partition's records in a request.
 *
 * @param byId whether the topic goes by its id (from version 13 on) or by its name
 * @param name empty when {@code byId}
 */
record ProduceItem(boolean byId, String name, Uuid id, PartitionProduceData partition) {
    private static final short FIRST_VERSION_BY_ID = 13;

    static boolean isById(AbstractRequest request) {
        return request.version() >= FIRST_VERSION_BY_ID;
    }

    @Nullable
    TopicImage topic(MetadataImage image) {
        return byId ? image.topics().getTopic(id) : image.topics().getTopic(name);
    }

    /** What a client is told of a partition that is not there. */
    Errors absence(@Nullable TopicImage topic) {
        return topic == null && byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }

    boolean isOfTopicOf(ProduceItem other) {
        return id.equals(other.id) && name.equals(other.name);
    }

    /** What names the partition in requests and answers alike. */
    record Key(Object topic, int partition) {}

    Key key() {
        return key(byId, name, id, partition.index());
    }

    static Key key(boolean byId, String name, Uuid id, int partition) {
        return new Key(byId ? id : name, partition);
    }
}
