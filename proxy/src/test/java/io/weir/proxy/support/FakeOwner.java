package io.weir.proxy.support;

import io.weir.kafka.Call;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchRequest;

/**
 * One partition at its owner, with real batches. A fetch that finds nothing waits until {@link #wake}; what it hands out is
 * leased, and all leases are remembered.
 */
public final class FakeOwner {
    private final List<Batch> batches = new ArrayList<>();
    private final List<Parked> parked = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private int epoch = 5;
    private boolean owner = true;
    private long start;
    private int fetches;
    private long bytes;

    private record Batch(long base, long next, ByteBuffer data) {}

    private record Parked(Call call, CompletableFuture<ApiMessage> answer) {}

    public FakeOwner append(int records) {
        long base = end();
        SimpleRecord[] made = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            made[i] = new SimpleRecord(("record " + (base + i)).getBytes(StandardCharsets.UTF_8));
        }
        MemoryRecords batch = MemoryRecords.withRecords(base, Compression.NONE, made);
        batches.add(new Batch(base, base + records, batch.buffer()));
        return this;
    }

    /** The batches in a range of offsets, as a segment has them. */
    public List<ByteBuffer> batches(long from, long to) {
        return batches.stream()
                .filter(batch -> batch.base >= from && batch.next <= to)
                .map(batch -> batch.data.duplicate())
                .toList();
    }

    public long end() {
        return batches.isEmpty() ? 0 : batches.getLast().next;
    }

    public void startAt(long offset) {
        start = offset;
    }

    /** Under this epoch it answers; without being the owner it refuses. */
    public void own(int leaderEpoch, boolean owns) {
        epoch = leaderEpoch;
        owner = owns;
    }

    public int fetches() {
        return fetches;
    }

    public long bytes() {
        return bytes;
    }

    public int waiting() {
        return parked.size();
    }

    public List<Lease> leases() {
        return leases;
    }

    /** Everybody who waits gets what is there now. */
    public void wake() {
        List<Parked> all = List.copyOf(parked);
        parked.clear();
        all.forEach(one -> one.answer.complete(answer(one.call)));
    }

    public CompletableFuture<? extends ApiMessage> fetch(Call call) {
        fetches++;
        FetchRequestData request = ((FetchRequest) call.request()).data();
        FetchPartition asked = request.topics().getFirst().partitions().getFirst();
        if (error(asked) != Errors.NONE || asked.fetchOffset() < end() || request.maxWaitMs() == 0) {
            return CompletableFuture.completedFuture(answer(call));
        }
        CompletableFuture<ApiMessage> later = new CompletableFuture<>();
        Parked waiting = new Parked(call, later);
        parked.add(waiting);
        CompletableFuture<?> _ = later.whenComplete((answer, failure) -> parked.remove(waiting));
        return later;
    }

    private Errors error(FetchPartition asked) {
        if (!owner) {
            return Errors.NOT_LEADER_OR_FOLLOWER;
        }
        if (asked.currentLeaderEpoch() != epoch) {
            return asked.currentLeaderEpoch() < epoch ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
        }
        return asked.fetchOffset() < start || asked.fetchOffset() > end() ? Errors.OFFSET_OUT_OF_RANGE : Errors.NONE;
    }

    private FetchResponseData answer(Call call) {
        FetchRequestData request = ((FetchRequest) call.request()).data();
        var topic = request.topics().getFirst();
        FetchPartition asked = topic.partitions().getFirst();
        PartitionData told = new PartitionData()
                .setPartitionIndex(asked.partition())
                .setErrorCode(error(asked).code())
                .setHighWatermark(end())
                .setLastStableOffset(end())
                .setLogStartOffset(start)
                .setRecords(MemoryRecords.EMPTY);
        if (told.errorCode() == 0) {
            ByteBuffer found = ByteBuffer.allocate(1 << 20);
            for (Batch batch : batches) {
                boolean fits = found.position() + batch.data.remaining() <= asked.partitionMaxBytes();
                if (batch.next > asked.fetchOffset() && (fits || found.position() == 0)) {
                    found.put(batch.data.duplicate());
                } else if (batch.next > asked.fetchOffset()) {
                    break;
                }
            }
            if (found.flip().hasRemaining()) {
                bytes += found.remaining();
                Lease lease = new Lease();
                leases.add(lease);
                told.setRecords(lease.of(MemoryRecords.readableRecords(found)));
            }
        }
        FetchResponseData response = new FetchResponseData();
        response.responses()
                .add(new FetchableTopicResponse()
                        .setTopicId(topic.topicId())
                        .setTopic(topic.topic())
                        .setPartitions(List.of(told)));
        return response;
    }
}
