package io.weir.proxy;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.log.stored.StoredReads;
import io.weir.metadata.ClusterView;
import io.weir.proxy.admin.AdminHandlers;
import io.weir.proxy.admin.ConfigAnswers;
import io.weir.proxy.cluster.ClientEndpoints;
import io.weir.proxy.cluster.DescribeClusterHandler;
import io.weir.proxy.cluster.DescribeTopicPartitionsHandler;
import io.weir.proxy.cluster.FindCoordinatorHandler;
import io.weir.proxy.cluster.LeaderHints;
import io.weir.proxy.cluster.MetadataHandler;
import io.weir.proxy.cluster.TopicCreation;
import io.weir.proxy.fetch.FetchHandler;
import io.weir.proxy.fetch.FetchSources;
import io.weir.proxy.group.GroupHandlers;
import io.weir.proxy.partition.PartitionHandlers;
import io.weir.proxy.produce.ProduceHandler;
import io.weir.proxy.produce.Resending;
import io.weir.proxy.producer.InitProducerIdHandler;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.NodeIdentity;
import io.weir.proxy.routing.Nodes;
import io.weir.proxy.tail.Tails;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.timer.Timer;

/**
 * What clients talk to. Each request has a handler, which answers from the view of the cluster or asks the roles that
 * know: the table in the constructor is all that there is. Any thread; nothing blocks.
 */
public final class ProxyService implements Service, AutoCloseable {
    private final Map<ApiKeys, Handler> handlers = new EnumMap<>(ApiKeys.class);
    private final Optional<Tails> tails;

    /**
     * Wires the handlers; no thread starts and nobody is asked until the first call.
     *
     * @param nodes the other roles
     * @param settings answers questions about settings
     * @param timer runs deadlines; somebody else advances it
     */
    public ProxyService(
            ClusterView view,
            Nodes nodes,
            NodeIdentity identity,
            ProxyConfig config,
            ConfigAnswers settings,
            Time time,
            Timer timer,
            PrometheusRegistry registry) {
        this(view, nodes, identity, config, settings, Optional.empty(), time, timer, registry);
    }

    /**
     * The same, with a way to old records that does not lead through their owners.
     *
     * @param stored reads partitions of other nodes out of the store
     */
    public ProxyService(
            ClusterView view,
            Nodes nodes,
            NodeIdentity identity,
            ProxyConfig config,
            ConfigAnswers settings,
            Optional<StoredReads> stored,
            Time time,
            Timer timer,
            PrometheusRegistry registry) {
        Forwarder forwarder = new Forwarder(nodes, registry);
        ClientEndpoints endpoints = new ClientEndpoints(view, identity.nodeId(), config.addressFollowsClient());
        TopicCreation creation =
                new TopicCreation(view, forwarder, creatable(config.offsetsTopic()), config.visibilityWait(), registry);

        LeaderHints hints = new LeaderHints(endpoints);
        this.tails = config.tail().enabled()
                ? Optional.of(new Tails(
                        view, forwarder, identity.nodeId(), stored, config.tail(), time, timer, registry))
                : Optional.empty();

        handlers.put(
                ApiKeys.METADATA, new MetadataHandler(view, endpoints, creation, identity, config.autoCreateTopics()));
        handlers.put(ApiKeys.DESCRIBE_CLUSTER, new DescribeClusterHandler(endpoints, identity));
        handlers.put(
                ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
                new DescribeTopicPartitionsHandler(view, config.maxPartitionsDescribed()));
        handlers.put(ApiKeys.FIND_COORDINATOR, new FindCoordinatorHandler(view, endpoints, creation));
        handlers.put(ApiKeys.PRODUCE, new ProduceHandler(
                        view,
                        forwarder,
                        new Resending.Parts(
                                identity.nodeId(), hints, config.retry(), time, timer, registry)));
        handlers.put(
                ApiKeys.FETCH,
                new FetchHandler(
                        view,
                        forwarder,
                        new FetchSources(view, forwarder, identity.nodeId(), tails, hints),
                        config.fetch(),
                        time,
                        registry));
        handlers.put(
                ApiKeys.INIT_PRODUCER_ID,
                new InitProducerIdHandler(
                        view, forwarder, identity.nodeId(), config.producerIdWait(), timer, registry));
        handlers.put(
                ApiKeys.DESCRIBE_CONFIGS,
                call -> CompletableFuture.completedFuture(
                        settings.describe(view.image(), ((DescribeConfigsRequest) call.request()).data())));
        handlers.put(
                ApiKeys.LIST_CONFIG_RESOURCES,
                call -> CompletableFuture.completedFuture(
                        settings.list(view.image(), (ListConfigResourcesRequest) call.request())));
        handlers.putAll(PartitionHandlers.of(view, forwarder, identity.nodeId(), config.retry(), time));
        handlers.putAll(GroupHandlers.of(view, forwarder));
        handlers.putAll(AdminHandlers.of(view, forwarder, config.visibilityWait()));
    }

    @Override
    public Set<ApiKeys> apis() {
        return Collections.unmodifiableSet(EnumSet.copyOf(handlers.keySet()));
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        Handler handler = handlers.get(call.api());
        if (handler == null) {
            return CompletableFuture.failedFuture(
                    new UnsupportedVersionException(call.api() + " is not supported by this node"));
        }
        try {
            return handler.handle(call);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Gives back the records that it keeps for consumers. After it no call may come. */
    @Override
    public void close() {
        tails.ifPresent(Tails::close);
    }

    private static CreatableTopic creatable(ProxyConfig.OffsetsTopic offsetsTopic) {
        CreatableTopic topic = new CreatableTopic()
                .setName(Topic.GROUP_METADATA_TOPIC_NAME)
                .setNumPartitions(offsetsTopic.partitions())
                .setReplicationFactor(offsetsTopic.replicationFactor());
        offsetsTopic
                .configs()
                .forEach((name, value) -> topic.configs()
                        .add(new CreatableTopicConfig().setName(name).setValue(value)));
        return topic;
    }
}
