package io.weir.kafka.client;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import io.weir.kafka.frame.RequestBudget;
import io.weir.kafka.frame.RequestBudget.Reservation;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ResponseHeader;
import org.jspecify.annotations.Nullable;

/** Frames to answers. Any thread. */
final class AnswerDecoder {
    private final RequestBudget budget;

    /** @param budget whose reservations come with the frames */
    AnswerDecoder(RequestBudget budget) {
        this.budget = budget;
    }

    /**
     * Reads an answer and takes over the frame and its room: they live as long as records in the answer are leased, and are gone
     * on return when there are none.
     *
     * @throws RuntimeException of whatever kind for bytes that are no such answer; nothing is held then
     */
    ApiMessage decode(ApiKeys api, short version, ByteBuf frame, Reservation room) {
        AnswerFrame owner = new AnswerFrame(frame, budget, room);
        try {
            ByteBuffer bytes = hasViews(api) ? copy(frame) : frame.nioBuffer();
            ResponseHeader.parse(bytes, api.responseHeaderVersion(version));
            ApiMessage message = api.messageType.newResponse();
            message.read(new ByteBufferAccessor(bytes), version);
            if (bytes.hasRemaining()) {
                throw new IllegalStateException(
                        bytes.remaining() + " bytes are left behind the answer to " + api + " version " + version);
            }
            lease(message, owner);
            return message;
        } finally {
            owner.release();
        }
    }

    /** Answers with bytes of the frame in places where nobody looks for a lease. */
    private static boolean hasViews(ApiKeys api) {
        return api == ApiKeys.ENVELOPE || api == ApiKeys.FETCH_SNAPSHOT;
    }

    private static ByteBuffer copy(ByteBuf frame) {
        ByteBuffer copy = ByteBuffer.allocate(frame.readableBytes());
        frame.getBytes(frame.readerIndex(), copy);
        return copy.flip();
    }

    private static void lease(ApiMessage message, ReferenceCounted owner) {
        if (message instanceof FetchResponseData fetch) {
            for (var topic : fetch.responses()) {
                for (var partition : topic.partitions()) {
                    partition.setRecords(lease(partition.records(), owner));
                }
            }
        } else if (message instanceof ShareFetchResponseData fetch) {
            for (var topic : fetch.responses()) {
                for (var partition : topic.partitions()) {
                    partition.setRecords(lease(partition.records(), owner));
                }
            }
        }
    }

    private static @Nullable BaseRecords lease(@Nullable BaseRecords records, ReferenceCounted owner) {
        if (!(records instanceof MemoryRecords memory)) {
            return records;
        }
        ByteBuffer bytes = memory.buffer();
        if (!bytes.hasRemaining()) {
            return MemoryRecords.EMPTY;
        }
        owner.retain();
        return new LeasedRecords(List.of(bytes), List.of(owner));
    }
}
