package io.weir.controller;

import io.weir.controller.balance.OwnerReports;
import io.weir.controller.crash.Heartbeats;
import io.weir.kafka.Call;
import io.weir.metadata.node.LeavingField;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.controller.Controller;

/** Nodes that come, stay and go, and the producer ids that they hand out. Any thread. */
final class NodeRequests {
    private final Controller controller;
    private final Contexts contexts;
    private final OwnerReports reports;
    private final Heartbeats heartbeats;

    NodeRequests(Controller controller, Contexts contexts, OwnerReports reports, Heartbeats heartbeats) {
        this.controller = controller;
        this.reports = reports;
        this.heartbeats = heartbeats;
        this.contexts = contexts;
    }

    CompletableFuture<? extends ApiMessage> register(Call call) {
        BrokerRegistrationRequestData request =
                (BrokerRegistrationRequestData) call.request().data();
        return controller
                .registerBroker(contexts.of(call), request)
                .thenApply(reply -> new BrokerRegistrationResponseData().setBrokerEpoch(reply.epoch()));
    }

    /** The session is refreshed on the caller's thread, before the controller's own gets to it. */
    CompletableFuture<? extends ApiMessage> heartbeat(Call call) {
        BrokerHeartbeatRequestData request =
                (BrokerHeartbeatRequestData) call.request().data();
        heartbeats.heard(request);
        boolean drained = reports.heard(request);
        return controller.processBrokerHeartbeat(contexts.of(call), request).thenApply(reply -> {
            BrokerHeartbeatResponseData answer = new BrokerHeartbeatResponseData()
                    .setIsCaughtUp(reply.isCaughtUp())
                    .setIsFenced(reply.isFenced())
                    .setShouldShutDown(reply.shouldShutDown());
            if (drained) {
                answer.unknownTaggedFields().add(LeavingField.set());
            }
            return answer;
        });
    }

    CompletableFuture<? extends ApiMessage> unregister(Call call) {
        UnregisterBrokerRequestData request =
                (UnregisterBrokerRequestData) call.request().data();
        return controller
                .unregisterBroker(contexts.of(call), request.brokerId())
                .thenApply(done -> new UnregisterBrokerResponseData());
    }

    CompletableFuture<? extends ApiMessage> allocateProducerIds(Call call) {
        return controller.allocateProducerIds(contexts.of(call), (AllocateProducerIdsRequestData)
                call.request().data());
    }
}
