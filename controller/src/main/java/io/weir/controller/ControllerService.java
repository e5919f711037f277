package io.weir.controller;

import io.weir.controller.balance.OwnerReports;
import io.weir.controller.crash.Heartbeats;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.metadata.raft.RaftNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.Time;

/**
 * The requests that only a controller can answer, over Kafka's controller. Authorization is the caller's business: a
 * proxy has asked before it sends a client's request here.
 *
 * <p>Any thread; nothing blocks: requests become events of the controller's own thread, and answers come when their
 * records are flushed.
 */
public final class ControllerService implements Service {
    /** What clients may ask for, through a proxy. */
    public static final Set<ApiKeys> CLIENT_APIS = Set.of(
            ApiKeys.CREATE_TOPICS,
            ApiKeys.DELETE_TOPICS,
            ApiKeys.CREATE_PARTITIONS,
            ApiKeys.ALTER_CONFIGS,
            ApiKeys.INCREMENTAL_ALTER_CONFIGS,
            ApiKeys.ELECT_LEADERS,
            ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
            ApiKeys.LIST_PARTITION_REASSIGNMENTS,
            ApiKeys.ALTER_CLIENT_QUOTAS,
            ApiKeys.UPDATE_FEATURES,
            ApiKeys.DESCRIBE_QUORUM,
            ApiKeys.UNREGISTER_BROKER);

    /** What only nodes may ask for; never on a listener that clients reach. */
    public static final Set<ApiKeys> NODE_APIS = Set.of(
            ApiKeys.BROKER_REGISTRATION,
            ApiKeys.BROKER_HEARTBEAT,
            ApiKeys.ALTER_PARTITION,
            ApiKeys.ALLOCATE_PRODUCER_IDS);

    /** All of them. */
    public static final Set<ApiKeys> APIS =
            Stream.concat(CLIENT_APIS.stream(), NODE_APIS.stream()).collect(Collectors.toUnmodifiableSet());

    private final Map<ApiKeys, Handler> handlers = new EnumMap<>(ApiKeys.class);
    private volatile boolean closing;

    /**
     * @param config says what clients may do
     * @param reports gets what nodes say with their heartbeats
     * @param heartbeats gets when they say so
     */
    public ControllerService(
            ControllerConfig config,
            EmbeddedController embedded,
            RaftNode raft,
            OwnerReports reports,
            Heartbeats heartbeats,
            Time time) {
        Contexts contexts = new Contexts(time);
        TopicRequests topics = new TopicRequests(embedded.controller(), contexts, config.deleteTopics());
        handlers.put(ApiKeys.CREATE_TOPICS, topics::create);
        handlers.put(ApiKeys.DELETE_TOPICS, topics::delete);
        handlers.put(ApiKeys.CREATE_PARTITIONS, topics::createPartitions);
        ConfigRequests configs = new ConfigRequests(embedded.controller(), contexts);
        handlers.put(ApiKeys.ALTER_CONFIGS, configs::alter);
        handlers.put(ApiKeys.INCREMENTAL_ALTER_CONFIGS, configs::alterIncrementally);
        PartitionRequests partitions = new PartitionRequests(embedded.controller(), contexts);
        handlers.put(ApiKeys.ELECT_LEADERS, partitions::elect);
        handlers.put(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, partitions::reassign);
        handlers.put(ApiKeys.LIST_PARTITION_REASSIGNMENTS, partitions::listReassignments);
        handlers.put(ApiKeys.ALTER_PARTITION, partitions::alter);
        NodeRequests nodes = new NodeRequests(embedded.controller(), contexts, reports, heartbeats);
        handlers.put(ApiKeys.BROKER_REGISTRATION, nodes::register);
        handlers.put(ApiKeys.BROKER_HEARTBEAT, nodes::heartbeat);
        handlers.put(ApiKeys.UNREGISTER_BROKER, nodes::unregister);
        handlers.put(ApiKeys.ALLOCATE_PRODUCER_IDS, nodes::allocateProducerIds);
        ClusterRequests cluster = new ClusterRequests(embedded.controller(), contexts);
        handlers.put(ApiKeys.ALTER_CLIENT_QUOTAS, cluster::alterQuotas);
        handlers.put(ApiKeys.UPDATE_FEATURES, cluster::updateFeatures);
        handlers.put(
                ApiKeys.DESCRIBE_QUORUM,
                call -> raft.handle(call.context(), call.request().data()));
    }

    @Override
    public Set<ApiKeys> apis() {
        return APIS;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        if (closing) {
            return CompletableFuture.failedFuture(new NotControllerException("this controller is stopping"));
        }
        Handler handler = handlers.get(call.api());
        if (handler == null) {
            return CompletableFuture.failedFuture(
                    new UnsupportedVersionException("The controller does not answer " + call.api()));
        }
        try {
            return handler.handle(call).exceptionallyCompose(failure -> CompletableFuture.failedFuture(cause(failure)));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** From now on refuses everything, so that callers turn to the next controller. Before the controller is closed. */
    public void stop() {
        closing = true;
    }

    /** What went wrong, without the wrapping that futures add. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Answers one kind of request. */
    private interface Handler {
        CompletableFuture<? extends ApiMessage> handle(Call call);
    }
}
