package io.weir.broker.offsets;

import io.weir.broker.BrokerConfig;
import io.weir.broker.lookup.Isolation;
import io.weir.broker.lookup.KafkaErrors;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.FileRecords.TimestampAndOffset;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.Timer;

/**
 * LIST_OFFSETS. Where Kafka distinguishes local from tiered storage, Weir answers as a broker without tiering: all
 * records are local, none is tiered, none waits for an upload. Look-ups by time may read from the store; a request
 * that takes too long gets REQUEST_TIMED_OUT for the partitions that are missing.
 */
public final class ListOffsets {
    private static final short EPOCH_VERSION = 4;

    private final PartitionLookup lookup;
    private final Timer timer;
    private final BrokerMetrics metrics;
    private final BrokerConfig config;

    /** The timer is the one clock of all requests. */
    public ListOffsets(PartitionLookup lookup, Timer timer, BrokerMetrics metrics, BrokerConfig config) {
        this.lookup = lookup;
        this.timer = timer;
        this.metrics = metrics;
        this.config = config;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<ListOffsetsResponseData> handle(Call call) {
        ListOffsetsRequest request = (ListOffsetsRequest) call.request();
        if (request.replicaId() != ListOffsetsRequest.CONSUMER_REPLICA_ID
                && request.replicaId() != ListOffsetsRequest.DEBUGGING_REPLICA_ID) {
            throw new InvalidRequestException("ListOffsets from replica " + request.replicaId()
                    + ": partitions here have no followers; ask as a consumer (-1)");
        }
        MetadataImage image = lookup.image();
        List<CompletableFuture<ListOffsetsPartitionResponse>> found = new ArrayList<>();
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition asked : topic.partitions()) {
                found.add(find(request, image, topic.name(), asked));
            }
        }
        int timeoutMs = request.timeoutMs();
        long boundMs = timeoutMs > 0
                ? Math.min(timeoutMs, config.maxRequestTimeout().toMillis())
                : config.listOffsetsTimeout().toMillis();
        return Deadline.of(found, boundMs, timer).thenApply(_ -> answer(request, found));
    }

    private ListOffsetsResponseData answer(
            ListOffsetsRequest request, List<CompletableFuture<ListOffsetsPartitionResponse>> found) {
        ListOffsetsResponseData data = new ListOffsetsResponseData();
        int next = 0;
        for (ListOffsetsTopic topic : request.topics()) {
            ListOffsetsTopicResponse response = new ListOffsetsTopicResponse().setName(topic.name());
            data.topics().add(response);
            for (ListOffsetsPartition asked : topic.partitions()) {
                ListOffsetsPartitionResponse partition =
                        found.get(next++).getNow(failed(asked, Errors.REQUEST_TIMED_OUT));
                metrics.error(ApiKeys.LIST_OFFSETS, Errors.forCode(partition.errorCode()));
                response.partitions().add(partition);
            }
        }
        return data;
    }

    private CompletableFuture<ListOffsetsPartitionResponse> find(
            ListOffsetsRequest request, MetadataImage image, String topic, ListOffsetsPartition asked) {
        if (request.duplicatePartitions().contains(new TopicPartition(topic, asked.partitionIndex()))) {
            return CompletableFuture.completedFuture(failed(asked, Errors.INVALID_REQUEST));
        }
        if (request.version() < oldestVersion(asked.timestamp())) {
            return CompletableFuture.completedFuture(failed(asked, Errors.UNSUPPORTED_VERSION));
        }
        Partition partition = lookup.find(topic, asked.partitionIndex());
        if (partition == null) {
            return CompletableFuture.completedFuture(
                    failed(asked, PartitionLookup.absence(image, topic, asked.partitionIndex())));
        }
        Errors state = PartitionLookup.readable(partition, asked.currentLeaderEpoch());
        if (state != Errors.NONE) {
            return CompletableFuture.completedFuture(failed(asked, state));
        }
        boolean debugging = request.replicaId() == ListOffsetsRequest.DEBUGGING_REPLICA_ID;
        IsolationLevel isolation = Isolation.of(request.data().isolationLevel());
        return search(partition, asked.timestamp(), isolation, debugging)
                .thenApply(found -> response(request, partition, asked, found))
                .exceptionally(fault -> failed(asked, KafkaErrors.of(fault)));
    }

    private static CompletableFuture<Optional<TimestampAndOffset>> search(
            Partition partition, long timestamp, IsolationLevel isolation, boolean debugging) {
        if (timestamp == ListOffsetsRequest.LATEST_TIMESTAMP) {
            long offset = debugging ? partition.logEndOffset() : end(partition, isolation);
            return at(offset, partition.leaderEpoch());
        }
        if (timestamp == ListOffsetsRequest.EARLIEST_TIMESTAMP
                || timestamp == ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP) {
            long offset = partition.logStartOffset();
            return at(offset, partition.epochAt(offset));
        }
        if (timestamp == ListOffsetsRequest.LATEST_TIERED_TIMESTAMP
                || timestamp == ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP) {
            return at(ListOffsetsResponse.UNKNOWN_OFFSET, ListOffsetsResponse.UNKNOWN_EPOCH);
        }
        if (timestamp == ListOffsetsRequest.MAX_TIMESTAMP) {
            return partition
                    .findMaxTimestamp()
                    .thenApply(found -> found.filter(offset -> offset.offset < end(partition, isolation)));
        }
        return partition.findByTimestamp(timestamp, isolation);
    }

    private static long end(Partition partition, IsolationLevel isolation) {
        return isolation == IsolationLevel.READ_COMMITTED ? partition.lastStableOffset() : partition.highWatermark();
    }

    private static CompletableFuture<Optional<TimestampAndOffset>> at(long offset, int epoch) {
        return CompletableFuture.completedFuture(
                Optional.of(new TimestampAndOffset(ListOffsetsResponse.UNKNOWN_TIMESTAMP, offset, Optional.of(epoch))));
    }

    /** The first version of the request that knows this special timestamp. */
    private static int oldestVersion(long timestamp) {
        if (timestamp >= ListOffsetsRequest.EARLIEST_TIMESTAMP) {
            return 1;
        }
        if (timestamp == ListOffsetsRequest.MAX_TIMESTAMP) {
            return 7;
        }
        if (timestamp == ListOffsetsRequest.EARLIEST_LOCAL_TIMESTAMP) {
            return 8;
        }
        if (timestamp == ListOffsetsRequest.LATEST_TIERED_TIMESTAMP) {
            return 9;
        }
        return timestamp == ListOffsetsRequest.EARLIEST_PENDING_UPLOAD_TIMESTAMP ? 11 : Integer.MAX_VALUE;
    }

    private static ListOffsetsPartitionResponse response(
            ListOffsetsRequest request,
            Partition partition,
            ListOffsetsPartition asked,
            Optional<TimestampAndOffset> found) {
        ListOffsetsPartitionResponse response = failed(asked, Errors.NONE);
        found.ifPresent(offset -> {
            response.setTimestamp(offset.timestamp).setOffset(offset.offset);
            if (request.version() >= EPOCH_VERSION) {
                response.setLeaderEpoch(offset.leaderEpoch.orElseGet(() -> partition.epochAt(offset.offset)));
            }
        });
        return response;
    }

    private static ListOffsetsPartitionResponse failed(ListOffsetsPartition asked, Errors error) {
        return new ListOffsetsPartitionResponse()
                .setPartitionIndex(asked.partitionIndex())
                .setErrorCode(error.code())
                .setTimestamp(ListOffsetsResponse.UNKNOWN_TIMESTAMP)
                .setOffset(ListOffsetsResponse.UNKNOWN_OFFSET);
    }
}
