package io.weir.kafka.node;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * The header of a request from node to node. It is Kafka's header of version 2, which has tagged fields, whatever the
 * version of the request: a request keeps the version of the client that made it, for the answer goes back in that version,
 * and many old versions (and all of OffsetDelete) have headers without tags. Where Kafka would not expect
 * version 2, bit 14 of the request's version says so. No state; any thread.
 */
public final class NodeProtocol {
    /** Version of what this package defines; a peer of another is refused when the connection is made. */
    public static final byte VERSION = 1;

    /** In the request's header: {@link Origin}. In the answer to ApiVersions: {@link #VERSION}. */
    static final int TAG = 0x5700;

    private static final short MARK = 0x4000;
    /** The sign bit must not be set, as in the version that a broken client might make up. */
    private static final int MARKS = 0xc000;

    private static final short HEADER_VERSION = 2;

    private NodeProtocol() {}

    /** The version of every header that {@link #header} makes. */
    public static short headerVersion() {
        return HEADER_VERSION;
    }

    /** A header that carries the origin; its correlation id is to be set. */
    public static RequestHeaderData header(ApiKeys api, short version, String clientId, Origin origin) {
        boolean expected = api.requestHeaderVersion(version) == HEADER_VERSION;
        RequestHeaderData header = new RequestHeaderData()
                .setRequestApiKey(api.id)
                .setRequestApiVersion(expected ? version : (short) (version | MARK))
                .setClientId(clientId);
        header.unknownTaggedFields().add(new RawTaggedField(TAG, origin.toBytes()));
        return header;
    }

    /**
     * Reads a header as nodes write it, or anybody else, and moves {@code bytes} behind it.
     *
     * @throws InvalidRequestException for an unknown api or a header that cannot be read
     */
    public static RequestHeader parse(ByteBuffer bytes) {
        if (bytes.remaining() < 2 * Short.BYTES || (bytes.getShort(bytes.position() + Short.BYTES) & MARKS) != MARK) {
            return RequestHeader.parse(bytes);
        }
        try {
            RequestHeaderData data = new RequestHeaderData(new ByteBufferAccessor(bytes), HEADER_VERSION);
            ApiKeys api = ApiKeys.forId(data.requestApiKey());
            short version = (short) (data.requestApiVersion() & ~MARK);
            data.setRequestApiVersion(version);
            if (data.clientId() == null) {
                data.setClientId("");
            }
            return new RequestHeader(data, api.requestHeaderVersion(version));
        } catch (RuntimeException e) {
            throw new InvalidRequestException("a header of a node that cannot be read", e);
        }
    }

    /**
     * Takes the origin out of a header; null when it has none, which means that the caller speaks for itself.
     *
     * @throws InvalidRequestException when it cannot be read
     */
    public static @Nullable Origin takeOrigin(RequestHeader header) {
        byte[] bytes = find(header.data().unknownTaggedFields());
        header.data().unknownTaggedFields().clear();
        return bytes == null ? null : Origin.of(bytes);
    }

    /** Marks an answer to ApiVersions as a node's. */
    public static void mark(ApiVersionsResponseData answer) {
        answer.unknownTaggedFields().add(new RawTaggedField(TAG, new byte[] {VERSION}));
    }

    /**
     * Checks that an answer to ApiVersions is a node's.
     *
     * @throws UnsupportedVersionException when it is somebody else's, or a node's of another version
     */
    public static void check(ApiVersionsResponseData answer) {
        byte[] bytes = find(answer.unknownTaggedFields());
        if (bytes == null) {
            throw new UnsupportedVersionException(
                    "no listener for nodes: check that the address is a weir.internal.listener or a controller's");
        }
        if (bytes.length != 1 || bytes[0] != VERSION) {
            throw new UnsupportedVersionException("speaks another version of the protocol between nodes than " + VERSION
                    + "; let all nodes run versions of Weir that go together");
        }
    }

    private static byte @Nullable [] find(@Nullable List<RawTaggedField> tags) {
        if (tags != null) {
            for (RawTaggedField tag : tags) {
                if (tag.tag() == TAG) {
                    return tag.data();
                }
            }
        }
        return null;
    }
}
