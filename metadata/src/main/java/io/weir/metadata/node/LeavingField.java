package io.weir.metadata.node;

import java.util.List;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/**
 * What nodes of Weir add to BROKER_HEARTBEAT, in a tagged field that Kafka does not know and skips. In a request: this
 * node is about to leave, and is to be given nothing; the controller may hand its partitions on a few at a time, while
 * it serves the others. In an answer to that: nothing is left to be handed on. Pure.
 */
public final class LeavingField {
    /** Kafka counts its own from 0 up. */
    private static final int TAG = 0x57;

    private LeavingField() {}

    /** Says so. */
    public static RawTaggedField set() {
        return new RawTaggedField(TAG, new byte[0]);
    }

    /** Whether it was said. */
    public static boolean in(List<RawTaggedField> fields) {
        return fields.stream().anyMatch(field -> field.tag() == TAG);
    }
}
