package io.weir.proxy.fetch;

import io.weir.kafka.Call;
import io.weir.proxy.routing.Faults;
import io.weir.proxy.routing.Forwarder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.jspecify.annotations.Nullable;

/** What one owner is asked in a fetch, without a session, and how its answer is read. Any thread. */
final class OwnerFetch {
    private static final short FIRST_VERSION_BY_ID = 13;
    private static final short FIRST_VERSION_WITH_REPLICA_STATE = 15;

    private OwnerFetch() {}

    /** Whether topics go by id in this version. */
    static boolean isById(FetchRequest request) {
        return request.version() >= FIRST_VERSION_BY_ID;
    }

    /** Asks; the future never fails: an owner that does is an error for each partition. It may be cancelled. */
    static CompletableFuture<FetchAnswer> ask(
            Forwarder forwarder,
            int owner,
            Call client,
            List<Wanted> wanted,
            int maxWaitMs,
            int minBytes,
            int maxBytes) {
        boolean byId = isById((FetchRequest) client.request());
        CompletableFuture<? extends ApiMessage> answer;
        try {
            answer = forwarder.broker(owner, call(client, wanted, maxWaitMs, minBytes, maxBytes));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return Relay.<ApiMessage, FetchAnswer>of(
                answer, (data, failure) -> read(wanted, byId, data, failure), late -> Leases.release(late.results()));
    }

    /** The client's call, narrowed to some partitions and other bounds. */
    private static Call call(Call client, List<Wanted> wanted, int maxWaitMs, int minBytes, int maxBytes) {
        FetchRequest request = (FetchRequest) client.request();
        FetchRequestData from = request.data();
        FetchRequestData data = new FetchRequestData()
                .setMaxWaitMs(maxWaitMs)
                .setMinBytes(minBytes)
                .setMaxBytes(maxBytes)
                .setIsolationLevel(from.isolationLevel())
                .setRackId(from.rackId());
        if (request.version() >= FIRST_VERSION_WITH_REPLICA_STATE) {
            data.setReplicaState(from.replicaState());
        } else {
            data.setReplicaId(from.replicaId());
        }
        TopicIdPartition previous = null;
        FetchTopic topic = null;
        for (Wanted one : wanted) {
            TopicIdPartition next = one.partition();
            if (topic == null || previous == null || !isSameTopic(previous, next)) {
                // Both the name and the id: an owner in this process need not translate.
                topic = new FetchTopic()
                        .setTopic(next.topic())
                        .setTopicId(next.topicId())
                        .setPartitions(new ArrayList<>());
                data.topics().add(topic);
            }
            topic.partitions().add(one.asked());
            previous = next;
        }
        return client.with(new FetchRequest(data, request.version()));
    }

    private static boolean isSameTopic(TopicIdPartition one, TopicIdPartition other) {
        return one.topicId().equals(other.topicId()) && Objects.equals(one.topic(), other.topic());
    }

    /** Takes over the records; what was not asked for is released. */
    private static FetchAnswer read(
            List<Wanted> wanted, boolean byId, @Nullable ApiMessage answer, @Nullable Throwable failure) {
        PartitionData[] results = new PartitionData[wanted.size()];
        List<Node> leaders = List.of();
        Errors missing = Errors.UNKNOWN_SERVER_ERROR;
        if (failure != null) {
            missing = Faults.errorOf(failure, Errors.NOT_LEADER_OR_FOLLOWER);
        } else if (answer instanceof FetchResponseData data) {
            if (data.errorCode() == Errors.NONE.code()) {
                align(wanted, byId, data, results);
                leaders = leaders(data);
            } else {
                missing = Errors.forCode(data.errorCode());
                Leases.release(data);
            }
        }
        for (int i = 0; i < results.length; i++) {
            if (results[i] == null) {
                results[i] = FetchResponse.partitionResponse(wanted.get(i).partition(), missing);
            }
        }
        return new FetchAnswer(Arrays.asList(results), leaders);
    }

    private static void align(
            List<Wanted> wanted, boolean byId, FetchResponseData answer, @Nullable PartitionData[] results) {
        int next = 0;
        Map<Place, Integer> places = null;
        for (FetchableTopicResponse topic : answer.responses()) {
            for (PartitionData partition : topic.partitions()) {
                int place = next;
                if (place >= results.length || !wanted.get(place).isAnsweredBy(topic, partition, byId)) {
                    // Owners answer in the order of the question, but nothing depends on it.
                    places = places == null ? places(wanted, byId) : places;
                    place = places.getOrDefault(
                            new Place(byId ? topic.topicId() : topic.topic(), partition.partitionIndex()), -1);
                }
                if (place < 0 || results[place] != null) {
                    Leases.release(partition);
                } else {
                    results[place] = partition;
                    next = place + 1;
                }
            }
        }
    }

    private static Map<Place, Integer> places(List<Wanted> wanted, boolean byId) {
        Map<Place, Integer> places = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            TopicIdPartition partition = wanted.get(i).partition();
            places.put(new Place(byId ? partition.topicId() : partition.topic(), partition.partition()), i);
        }
        return places;
    }

    private static List<Node> leaders(FetchResponseData answer) {
        return answer.nodeEndpoints().isEmpty()
                ? List.of()
                : answer.nodeEndpoints().stream()
                        .map(node -> new Node(node.nodeId(), node.host(), node.port(), node.rack()))
                        .toList();
    }

    private record Place(Object topic, int partition) {}
}
