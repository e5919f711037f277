package io.weir.broker.lookup;

import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.InvalidRequestException;

/** The isolation level on the wire. Pure. */
public final class Isolation {
    private Isolation() {}

    /**
     * The level of this id.
     *
     * @throws InvalidRequestException for an id that Kafka does not have
     */
    public static IsolationLevel of(byte id) {
        return switch (id) {
            case 0 -> IsolationLevel.READ_UNCOMMITTED;
            case 1 -> IsolationLevel.READ_COMMITTED;
            default ->
                throw new InvalidRequestException(
                        "Isolation level " + id + ": 0 (read uncommitted) and 1 (read committed) exist");
        };
    }
}
