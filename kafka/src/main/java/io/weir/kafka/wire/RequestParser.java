package io.weir.kafka.wire;

import io.weir.kafka.node.NodeProtocol;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;

/** Bytes to request, with Kafka's own classes, defensively. No state; any thread. */
final class RequestParser {
    /** A client id takes at most 32 KiB; a header beyond this is only there to make objects. */
    private static final int MAX_HEADER_BYTES = 40_000;
    /** No client of today sends a header this long. */
    private static final int LONG_HEADER_BYTES = 512;

    /** A node's header says for whom it asks, too, and its own texts are as long as a client's. */
    static final int MAX_NODE_HEADER_BYTES = 6 * MAX_HEADER_BYTES;

    private final int maxFields;
    private final WireConfig.Callers callers;

    /** For clients. */
    RequestParser(int maxFields) {
        this(maxFields, WireConfig.Callers.CLIENTS);
    }

    RequestParser(int maxFields, WireConfig.Callers callers) {
        this.maxFields = maxFields;
        this.callers = callers;
    }

    /**
     * Reads the header and moves {@code bytes} behind it.
     *
     * @throws InvalidRequestException for an unknown api or a header that cannot be read
     */
    RequestHeader header(ByteBuffer bytes) {
        boolean node = callers == WireConfig.Callers.NODES;
        ByteBuffer head = bytes.duplicate();
        head.limit(Math.min(bytes.limit(), bytes.position() + (node ? MAX_NODE_HEADER_BYTES : MAX_HEADER_BYTES)));
        RequestHeader header = node ? NodeProtocol.parse(head) : RequestHeader.parse(head);
        if (!node && head.position() - bytes.position() > LONG_HEADER_BYTES) {
            // Nobody asks for what is not known, and it would live as long as the request.
            header.data().unknownTaggedFields().clear();
        }
        bytes.position(head.position());
        return header;
    }

    /** Reads a body and counts what it reads. */
    RequestReader reader(ByteBuffer bytes) {
        return new RequestReader(bytes, maxFields);
    }

    /**
     * Reads the body; records in it are views of its bytes. An ApiVersions request of a version that is not known here
     * comes back as one of version 0 that says so (KIP-511).
     *
     * @throws RuntimeException of whatever kind for a version that is not served or a body that cannot be read
     */
    AbstractRequest body(RequestHeader header, RequestReader reader) {
        ApiKeys api = header.apiKey();
        short version = header.apiVersion();
        if (api == ApiKeys.API_VERSIONS && !header.isApiVersionSupported()) {
            return new ApiVersionsRequest(new ApiVersionsRequestData(), (short) 0, version);
        }
        if (!api.isVersionEnabled(version, false)) {
            throw new InvalidRequestException("version " + version + " of " + api + " is not served; "
                    + api.oldestVersion() + " to " + api.latestVersion(false) + " are");
        }
        AbstractRequest request = AbstractRequest.parseRequest(api, version, reader).request;
        if (request instanceof ProduceRequest produce) {
            replaceNullRecords(produce);
        }
        return request;
    }

    /** The protocol allows null for records, and even Kafka's own error answer trips over it: no records it is. */
    private static void replaceNullRecords(ProduceRequest produce) {
        for (var topic : produce.data().topicData()) {
            for (var partition : topic.partitionData()) {
                if (partition.records() == null) {
                    partition.setRecords(MemoryRecords.EMPTY);
                }
            }
        }
    }
}
