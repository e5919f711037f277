package io.weir.broker.ownership;

import io.weir.broker.lookup.KafkaErrors;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a node that owns partitions from now on and asks this one to let go of them: OFFSET_FOR_LEADER_EPOCH on the
 * internal listener, with the asker as its replica id, its new epoch as the current leader epoch, and the topic id in
 * {@link TopicIdField}. What the metadata says here does not matter: the asker's may be newer.
 *
 * <p>An answer without an error means that whatever this node had of the partition is in segments, and that it never
 * appends under an older epoch; its offset is the end of what it had, its epoch the one under which this node had all of
 * it until now, or -1. FENCED_LEADER_EPOCH means that this node owns it
 * under an epoch that is not older. Any thread; does not block.
 */
public final class LettingGo {
    private static final Logger log = LoggerFactory.getLogger(LettingGo.class);
    private static final String INTERNAL = "INTERNAL";

    private final PartitionLookup lookup;
    private final BrokerMetrics metrics;
    private final Time time;

    /** Over the partitions of this node. */
    public LettingGo(PartitionLookup lookup, BrokerMetrics metrics, Time time) {
        this.lookup = lookup;
        this.metrics = metrics;
        this.time = time;
    }

    /** Whether a node asks, and not a client, whatever replica id that may claim to have. */
    public static boolean isAsked(Call call) {
        return INTERNAL.equals(call.context().listenerName.value())
                && call.request() instanceof OffsetsForLeaderEpochRequest request
                && request.replicaId() >= 0
                && request.data().topics().stream()
                        .allMatch(topic ->
                                TopicIdField.in(topic.unknownTaggedFields()).isPresent());
    }

    /** Done when the last partition has been let go, or could not be. */
    public CompletableFuture<OffsetForLeaderEpochResponseData> handle(Call call) {
        OffsetsForLeaderEpochRequest request = (OffsetsForLeaderEpochRequest) call.request();
        OffsetForLeaderEpochResponseData data = new OffsetForLeaderEpochResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        long start = time.nanoseconds();
        for (OffsetForLeaderTopic topic : request.data().topics()) {
            OffsetForLeaderTopicResult result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            data.topics().add(result);
            Uuid topicId = TopicIdField.in(topic.unknownTaggedFields()).orElseThrow();
            for (OffsetForLeaderPartition asked : topic.partitions()) {
                EpochEndOffset answer = new EpochEndOffset().setPartition(asked.partition());
                result.partitions().add(answer);
                answers.add(letGo(
                        new TopicIdPartition(topicId, new TopicPartition(topic.topic(), asked.partition())),
                        asked.currentLeaderEpoch(),
                        answer));
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    log.info(
                            "event=partitions_let_go to={} partitions={} refused={} took_ms={}",
                            request.replicaId(),
                            answers.size(),
                            refused(data),
                            TimeUnit.NANOSECONDS.toMillis(time.nanoseconds() - start));
                    return data;
                });
    }

    private CompletableFuture<?> letGo(TopicIdPartition id, int newEpoch, EpochEndOffset answer) {
        Optional<Partition> had = find(id);
        return lookup.release(id, newEpoch).handle((openUnder, fault) -> {
            if (fault != null) {
                Throwable cause = KafkaErrors.unwrap(fault);
                log.info("event=partition_not_released partition={} reason=\"{}\"", id, cause.getMessage());
                return answered(answer, KafkaErrors.of(cause));
            }
            had.ifPresent(partition -> {
                metrics.transition("released", "asked");
                answer.setEndOffset(partition.logEndOffset());
            });
            openUnder.ifPresent(answer::setLeaderEpoch);
            return answered(answer, Errors.NONE);
        });
    }

    /** The same topic: not one of the same name that was made before or after. */
    private Optional<Partition> find(TopicIdPartition id) {
        return Optional.ofNullable(lookup.find(id.topic(), id.partition()))
                .filter(partition -> partition.id().equals(id));
    }

    private EpochEndOffset answered(EpochEndOffset answer, Errors error) {
        metrics.error(ApiKeys.OFFSET_FOR_LEADER_EPOCH, error);
        if (error != Errors.NONE) {
            answer.setLeaderEpoch(OffsetsForLeaderEpochResponse.UNDEFINED_EPOCH)
                    .setEndOffset(OffsetsForLeaderEpochResponse.UNDEFINED_EPOCH_OFFSET);
        }
        return answer.setErrorCode(error.code());
    }

    private static long refused(OffsetForLeaderEpochResponseData data) {
        return data.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .filter(partition -> partition.errorCode() != Errors.NONE.code())
                .count();
    }
}
