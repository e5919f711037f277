package io.weir.controller.balance;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ControllerRequestContext;
import org.jspecify.annotations.Nullable;

/** The calls of Kafka's own tools, made to the controller of this process. Any thread. */
final class BalanceRequests {
    private static final KafkaPrincipal BALANCER = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "weir-balancer");
    private static final long TIMEOUT_MS = 10_000;

    private final Controller controller;
    private final Time time;

    BalanceRequests(Controller controller, Time time) {
        this.controller = controller;
        this.time = time;
    }

    /** How many partitions the controller refused. */
    CompletableFuture<Integer> move(List<Move> moves) {
        AlterPartitionReassignmentsRequestData request = new AlterPartitionReassignmentsRequestData();
        for (Move move : moves) {
            add(request, move.slot().topic(), move.slot().partition(), move.to());
        }
        return reassign(request);
    }

    /** The same; what is being moved stays where it is. */
    CompletableFuture<Integer> cancel(List<TopicPartition> partitions) {
        AlterPartitionReassignmentsRequestData request = new AlterPartitionReassignmentsRequestData();
        partitions.forEach(partition -> add(request, partition.topic(), partition.partition(), null));
        return reassign(request);
    }

    private static void add(
            AlterPartitionReassignmentsRequestData request,
            String topic,
            int partition,
            @Nullable List<Integer> replicas) {
        ReassignableTopic last =
                request.topics().isEmpty() ? null : request.topics().getLast();
        if (last == null || !last.name().equals(topic)) {
            last = new ReassignableTopic().setName(topic);
            request.topics().add(last);
        }
        last.partitions()
                .add(new ReassignablePartition().setPartitionIndex(partition).setReplicas(replicas));
    }

    private CompletableFuture<Integer> reassign(AlterPartitionReassignmentsRequestData request) {
        return bounded(controller.alterPartitionReassignments(context(), request))
                .thenApply(answer -> (int) answer.responses().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .filter(partition -> partition.errorCode() != Errors.NONE.code())
                        .count());
    }

    /** How many partitions were given to nobody. */
    CompletableFuture<Integer> elect(ElectionType type, List<TopicPartition> partitions) {
        ElectLeadersRequestData request = new ElectLeadersRequestData().setElectionType(type.value);
        for (TopicPartition partition : partitions) {
            TopicPartitions known = request.topicPartitions().find(partition.topic());
            if (known == null) {
                known = new TopicPartitions().setTopic(partition.topic());
                request.topicPartitions().add(known);
            }
            known.partitions().add(partition.partition());
        }
        return bounded(controller.electLeaders(context(), request))
                .thenApply(answer -> (int) answer.replicaElectionResults().stream()
                        .flatMap(topic -> topic.partitionResult().stream())
                        .filter(partition -> isRefused(Errors.forCode(partition.errorCode())))
                        .count());
    }

    private static boolean isRefused(Errors error) {
        return error != Errors.NONE && error != Errors.ELECTION_NOT_NEEDED;
    }

    private ControllerRequestContext context() {
        long deadlineNs = time.nanoseconds() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        return new ControllerRequestContext(new RequestHeaderData(), BALANCER, OptionalLong.of(deadlineNs));
    }

    private static <T> CompletableFuture<T> bounded(CompletableFuture<T> answer) {
        return answer.copy().orTimeout(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
