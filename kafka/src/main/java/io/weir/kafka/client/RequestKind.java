package io.weir.kafka.client;

import org.apache.kafka.common.protocol.ApiKeys;

/** Which connection a request takes. */
enum RequestKind {
    /** Carries records; order matters. */
    PRODUCE,
    /** The peer may let it wait for long, or its answer carries records. */
    WAITING,
    /** Answered soon, and small. */
    OTHER;

    static RequestKind of(ApiKeys api) {
        return switch (api) {
            case PRODUCE -> PRODUCE;
            case FETCH, SHARE_FETCH, FETCH_SNAPSHOT, JOIN_GROUP, SYNC_GROUP -> WAITING;
            default -> OTHER;
        };
    }
}
