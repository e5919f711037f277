package io.weir.broker.offsets;

import io.weir.broker.BrokerConfig;
import io.weir.broker.lookup.KafkaErrors;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DeleteRecordsResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.Timer;
import org.jspecify.annotations.Nullable;

/** DELETE_RECORDS: moves log starts forward, durably. With one copy of the data there is nobody else to wait for. */
public final class DeleteRecords {
    private final PartitionLookup lookup;
    private final Timer timer;
    private final BrokerMetrics metrics;
    private final BrokerConfig config;

    /** The timer is the one clock of all requests. */
    public DeleteRecords(PartitionLookup lookup, Timer timer, BrokerMetrics metrics, BrokerConfig config) {
        this.lookup = lookup;
        this.timer = timer;
        this.metrics = metrics;
        this.config = config;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<DeleteRecordsResponseData> handle(Call call) {
        DeleteRecordsRequest request = (DeleteRecordsRequest) call.request();
        MetadataImage image = lookup.image();
        List<CompletableFuture<DeleteRecordsPartitionResult>> moved = new ArrayList<>();
        for (DeleteRecordsTopic topic : request.data().topics()) {
            for (DeleteRecordsPartition asked : topic.partitions()) {
                moved.add(delete(image, topic.name(), asked));
            }
        }
        long timeoutMs = Math.clamp(
                request.data().timeoutMs(), 0, config.maxRequestTimeout().toMillis());
        return Deadline.of(moved, timeoutMs, timer).thenApply(_ -> answer(request, moved));
    }

    private DeleteRecordsResponseData answer(
            DeleteRecordsRequest request, List<CompletableFuture<DeleteRecordsPartitionResult>> moved) {
        DeleteRecordsResponseData data = new DeleteRecordsResponseData();
        int next = 0;
        for (DeleteRecordsTopic topic : request.data().topics()) {
            DeleteRecordsTopicResult result = data.topics().find(topic.name());
            if (result == null) {
                result = new DeleteRecordsTopicResult().setName(topic.name());
                data.topics().add(result);
            }
            for (DeleteRecordsPartition asked : topic.partitions()) {
                DeleteRecordsPartitionResult partition =
                        moved.get(next++).getNow(failed(asked, Errors.REQUEST_TIMED_OUT));
                metrics.error(ApiKeys.DELETE_RECORDS, Errors.forCode(partition.errorCode()));
                result.partitions().add(partition);
            }
        }
        return data;
    }

    private CompletableFuture<DeleteRecordsPartitionResult> delete(
            MetadataImage image, String topic, DeleteRecordsPartition asked) {
        Partition partition = lookup.find(topic, asked.partitionIndex());
        Errors refusal = refusal(image, topic, partition, asked);
        if (partition == null || refusal != Errors.NONE) {
            return CompletableFuture.completedFuture(failed(asked, refusal));
        }
        return partition.deleteRecordsBefore(asked.offset()).handle((start, fault) -> result(asked, start, fault));
    }

    private static Errors refusal(
            MetadataImage image, String topic, @Nullable Partition partition, DeleteRecordsPartition asked) {
        if (partition == null) {
            return PartitionLookup.absence(image, topic, asked.partitionIndex());
        }
        if (Topic.isInternal(topic)) {
            return Errors.INVALID_TOPIC_EXCEPTION;
        }
        Errors state = PartitionLookup.readable(partition);
        if (state != Errors.NONE) {
            return state;
        }
        if (!partition.config().delete) {
            return Errors.POLICY_VIOLATION;
        }
        return asked.offset() < DeleteRecordsRequest.HIGH_WATERMARK ? Errors.OFFSET_OUT_OF_RANGE : Errors.NONE;
    }

    private static DeleteRecordsPartitionResult result(
            DeleteRecordsPartition asked, @Nullable Long logStart, @Nullable Throwable fault) {
        if (logStart == null) {
            return failed(asked, fault == null ? Errors.UNKNOWN_SERVER_ERROR : KafkaErrors.of(fault));
        }
        return failed(asked, Errors.NONE).setLowWatermark(logStart);
    }

    private static DeleteRecordsPartitionResult failed(DeleteRecordsPartition asked, Errors error) {
        return new DeleteRecordsPartitionResult()
                .setPartitionIndex(asked.partitionIndex())
                .setErrorCode(error.code())
                .setLowWatermark(DeleteRecordsResponse.INVALID_LOW_WATERMARK);
    }
}
