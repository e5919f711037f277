package io.weir.broker.fetch;

import io.weir.broker.BrokerConfig;
import io.weir.broker.fetch.FetchCall.FetchBounds;
import io.weir.broker.lookup.Isolation;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.image.MetadataImage;
import org.jspecify.annotations.Nullable;

/**
 * FETCH, for consumers and without sessions: the proxy keeps those and asks for everything that it wants. A request
 * that continues a session is told that there is none, upon which a client sends a full one.
 */
public final class Fetch {
    /** From this version on topics are named by id (KIP-516). */
    private static final short TOPIC_ID_VERSION = 13;

    private final PartitionLookup lookup;
    private final DelayedFetches delayed;
    private final BrokerMetrics metrics;
    private final BrokerConfig config;

    /** Waiting fetches go to {@code delayed}. */
    public Fetch(PartitionLookup lookup, DelayedFetches delayed, BrokerMetrics metrics, BrokerConfig config) {
        this.lookup = lookup;
        this.delayed = delayed;
        this.metrics = metrics;
        this.config = config;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<FetchResponseData> handle(Call call) {
        FetchRequest request = (FetchRequest) call.request();
        if (request.replicaId() != FetchRequest.CONSUMER_REPLICA_ID) {
            metrics.error(ApiKeys.FETCH, Errors.INVALID_REQUEST);
            return CompletableFuture.failedFuture(
                    new InvalidRequestException(
                            "Fetch from replica "
                                    + request.replicaId()
                                    + ": partitions here have no followers, their data is in shared storage; fetch as a consumer (-1)"));
        }
        FetchMetadata session = request.metadata();
        if (!session.isFull()) {
            metrics.error(ApiKeys.FETCH, Errors.FETCH_SESSION_ID_NOT_FOUND);
            return CompletableFuture.completedFuture(
                    new FetchResponseData().setErrorCode(Errors.FETCH_SESSION_ID_NOT_FOUND.code()));
        }
        FetchRequestData data = request.data();
        return new FetchCall(call, lookup, metrics, bounds(data), data.topics(), entries(call, data)).start(delayed);
    }

    private FetchBounds bounds(FetchRequestData data) {
        int maxBytes = Math.clamp(data.maxBytes(), 0, config.maxFetchBytes());
        return new FetchBounds(
                Math.min(data.minBytes(), maxBytes),
                maxBytes,
                Math.min(data.maxWaitMs(), config.maxFetchWait().toMillis()),
                Isolation.of(data.isolationLevel()));
    }

    private List<FetchEntry> entries(Call call, FetchRequestData data) {
        MetadataImage image = lookup.image();
        int count = 0;
        for (FetchTopic topic : data.topics()) {
            count += topic.partitions().size();
        }
        List<FetchEntry> entries = new ArrayList<>(count);
        for (FetchTopic topic : data.topics()) {
            String name =
                    call.version() >= TOPIC_ID_VERSION ? PartitionLookup.nameOf(image, topic.topicId()) : topic.topic();
            for (FetchPartition partition : topic.partitions()) {
                entries.add(entry(image, topic.topicId(), name, partition));
            }
        }
        return entries;
    }

    private FetchEntry entry(MetadataImage image, Uuid topicId, @Nullable String name, FetchPartition asked) {
        if (name == null) {
            return new FetchEntry(asked, "", null, Errors.UNKNOWN_TOPIC_ID);
        }
        Partition partition = lookup.find(name, asked.partition());
        if (partition == null) {
            return new FetchEntry(asked, name, null, PartitionLookup.absence(image, name, asked.partition()));
        }
        boolean byId = !topicId.equals(Uuid.ZERO_UUID);
        if (byId && !topicId.equals(partition.id().topicId())) {
            return new FetchEntry(asked, name, null, Errors.INCONSISTENT_TOPIC_ID);
        }
        return new FetchEntry(asked, name, partition, Errors.NONE);
    }
}
