package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import org.apache.kafka.common.protocol.ApiKeys;

/** What the wire has to know of a request before and after it is parsed, by its api alone. */
final class RequestKind {
    private RequestKind() {}

    /** The api's number as a frame of two bytes or more says it; it need not exist. */
    static short apiKey(ByteBuf frame) {
        return frame.getShort(frame.readerIndex());
    }

    /** Whether the request may be as long as the records in it are; the others are the words of a client about itself. */
    static boolean carriesRecords(short apiKey) {
        return apiKey == ApiKeys.PRODUCE.id;
    }

    /**
     * Whether several may be under way on one connection, and behind each other: where that makes a client faster. The
     * others are one at a time, as in Kafka: a few bytes of theirs may ask for much work and a large answer.
     */
    static boolean isPipelined(short apiKey) {
        return apiKey == ApiKeys.PRODUCE.id || apiKey == ApiKeys.FETCH.id;
    }

    /** Whether the parsed request has views of its frame; else the frame has done its duty. */
    static boolean keepsFrame(ApiKeys api) {
        return switch (api) {
            case PRODUCE, PUSH_TELEMETRY, ENVELOPE -> true;
            default -> false;
        };
    }

    /**
     * Whether the service may let the request wait for long and counts what it keeps meanwhile. Here it must not stand in
     * the way of those that are answered soon.
     */
    static boolean mayWait(ApiKeys api) {
        return switch (api) {
            case FETCH, SHARE_FETCH, JOIN_GROUP, SYNC_GROUP -> true;
            default -> false;
        };
    }
}
