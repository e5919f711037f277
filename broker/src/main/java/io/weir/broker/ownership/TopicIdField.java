package io.weir.broker.ownership;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/**
 * The topic id that nodes of Weir add to a topic of OffsetForLeaderEpoch, which has its name alone: 16 bytes in a
 * tagged field that Kafka does not know and skips. Pure.
 */
final class TopicIdField {
    /** Kafka counts its own from 0 up. */
    static final int TAG = 0x57;

    private static final int BYTES = 16;

    private TopicIdField() {}

    static RawTaggedField of(Uuid topicId) {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(topicId.getMostSignificantBits())
                .putLong(topicId.getLeastSignificantBits())
                .array();
        return new RawTaggedField(TAG, bytes);
    }

    static Optional<Uuid> in(List<RawTaggedField> fields) {
        return fields.stream()
                .filter(field -> field.tag() == TAG && field.data().length == BYTES)
                .findFirst()
                .map(field -> {
                    ByteBuffer bytes = ByteBuffer.wrap(field.data());
                    return new Uuid(bytes.getLong(), bytes.getLong());
                });
    }
}
