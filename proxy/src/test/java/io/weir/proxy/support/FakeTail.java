package io.weir.proxy.support;

import io.weir.kafka.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchRequest;

/**
 * An owner's tail: for each partition the offset of its end. A fetch that finds nothing and may wait stays open until
 * {@link #wake}. All records are leased, and all leases remembered.
 */
public final class FakeTail {
    private final Map<Integer, Long> ends = new HashMap<>();
    private final List<Lease> leases = new ArrayList<>();
    private final List<Parked> parked = new CopyOnWriteArrayList<>();

    private record Parked(Call call, CompletableFuture<ApiMessage> answer) {}

    public void append(int partition, int records) {
        ends.merge(partition, (long) records, Long::sum);
    }

    public CompletableFuture<? extends ApiMessage> fetch(Call call) {
        FetchRequestData request = ((FetchRequest) call.request()).data();
        boolean found = request.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(p -> end(p.partition()) > p.fetchOffset());
        if (found || request.maxWaitMs() == 0) {
            return CompletableFuture.completedFuture(answer(call));
        }
        CompletableFuture<ApiMessage> later = new CompletableFuture<>();
        Parked waiting = new Parked(call, later);
        parked.add(waiting);
        CompletableFuture<?> _ = later.whenComplete((answer, failure) -> parked.remove(waiting));
        return later;
    }

    /** Everybody who waits gets what is there now. */
    public void wake() {
        List<Parked> waiting = List.copyOf(parked);
        parked.clear();
        for (Parked one : waiting) {
            FetchResponseData answer = answer(one.call);
            if (!one.answer.complete(answer)) {
                throw new AssertionError("A cancelled fetch still waits");
            }
        }
    }

    public int waiting() {
        return parked.size();
    }

    public List<Lease> leases() {
        return leases;
    }

    private long end(int partition) {
        return ends.getOrDefault(partition, 0L);
    }

    private FetchResponseData answer(Call call) {
        FetchResponseData response = new FetchResponseData();
        for (FetchTopic topic : ((FetchRequest) call.request()).data().topics()) {
            List<PartitionData> partitions = new ArrayList<>();
            for (FetchPartition partition : topic.partitions()) {
                partitions.add(answer(partition));
            }
            response.responses()
                    .add(new FetchableTopicResponse()
                            .setTopic(topic.topic())
                            .setTopicId(topic.topicId() == null ? Uuid.ZERO_UUID : topic.topicId())
                            .setPartitions(partitions));
        }
        return response;
    }

    private PartitionData answer(FetchPartition partition) {
        long end = end(partition.partition());
        PartitionData answer = new PartitionData()
                .setPartitionIndex(partition.partition())
                .setHighWatermark(end)
                .setLastStableOffset(end)
                .setLogStartOffset(0);
        if (end > partition.fetchOffset()) {
            Lease lease = new Lease();
            leases.add(lease);
            answer.setRecords(lease.of(records(partition.fetchOffset(), end)));
        }
        return answer;
    }

    static MemoryRecords records(long from, long end) {
        return MemoryRecords.withRecords(
                from,
                Compression.NONE,
                IntStream.range(0, (int) (end - from))
                        .mapToObj(i -> new SimpleRecord("record".getBytes(StandardCharsets.UTF_8)))
                        .toArray(SimpleRecord[]::new));
    }
}
