package io.weir.controller;

import io.weir.kafka.Call;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.controller.Controller;

/** Who owns a partition: elections, moves and the in-sync set that owners report. Any thread. */
final class PartitionRequests {
    private final Controller controller;
    private final Contexts contexts;

    PartitionRequests(Controller controller, Contexts contexts) {
        this.controller = controller;
        this.contexts = contexts;
    }

    CompletableFuture<? extends ApiMessage> elect(Call call) {
        ElectLeadersRequestData request =
                (ElectLeadersRequestData) call.request().data();
        return controller.electLeaders(contexts.of(call, request.timeoutMs()), request);
    }

    CompletableFuture<? extends ApiMessage> reassign(Call call) {
        AlterPartitionReassignmentsRequestData request =
                (AlterPartitionReassignmentsRequestData) call.request().data();
        return controller.alterPartitionReassignments(contexts.of(call, request.timeoutMs()), request);
    }

    CompletableFuture<? extends ApiMessage> listReassignments(Call call) {
        ListPartitionReassignmentsRequestData request =
                (ListPartitionReassignmentsRequestData) call.request().data();
        return controller.listPartitionReassignments(contexts.of(call), request);
    }

    CompletableFuture<? extends ApiMessage> alter(Call call) {
        return controller.alterPartition(
                contexts.of(call), (AlterPartitionRequestData) call.request().data());
    }
}
