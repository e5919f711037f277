package io.weir.server.wiring;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.broker.BrokerService;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.broker.ownership.Ownership;
import io.weir.broker.ownership.TopicSettings;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.coordinator.CoordinatorService;
import io.weir.coordinator.GroupCoordinatorRole;
import io.weir.coordinator.InternalTopics;
import io.weir.coordinator.LocalEndOffsets;
import io.weir.kafka.wire.Authenticator;
import io.weir.kafka.wire.FeatureLevels;
import io.weir.kafka.wire.WireServer;
import io.weir.log.TopicDurability;
import io.weir.log.partition.NodeLog;
import io.weir.metadata.ConfigDescriber;
import io.weir.metadata.LiveClusterView;
import io.weir.metadata.TopicConfigs;
import io.weir.metadata.node.Incarnations;
import io.weir.metadata.node.NodeRegistration;
import io.weir.metadata.node.NodeState;
import io.weir.proxy.ProxyService;
import io.weir.proxy.admin.ConfigAnswers;
import io.weir.proxy.cluster.ClientEndpoints;
import io.weir.proxy.routing.NodeIdentity;
import io.weir.server.RunningNode;
import io.weir.server.http.HttpConfig;
import io.weir.server.http.HttpListener;
import io.weir.server.http.NodeRoutes;
import io.weir.server.http.PartitionView;
import io.weir.server.settings.WeirSettings;
import io.weir.storage.MeteredStore;
import io.weir.storage.Store;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.BrokerFeatures;
import org.apache.kafka.server.common.FinalizedFeatures;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deployment on one screen: every role in one process, from the store up to the listeners. Whatever is opened is
 * closed in the opposite order, also when a later step fails.
 */
public final class OneNode implements RunningNode {
    private static final Logger LOG = LoggerFactory.getLogger(OneNode.class);
    private static final Duration START_BOUND = Duration.ofMinutes(2);

    private final WeirSettings settings;
    private final ComponentConfigs configs;
    private final Supplier<? extends Store> opener;
    private final Time time;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PooledByteBufAllocator allocator = RecordBuffers.allocator();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private List<Endpoint> listeners = List.of();
    private InetSocketAddress httpAddress = new InetSocketAddress(0);
    private @Nullable Store store;
    private @Nullable NodeRegistration registration;

    private OneNode(WeirSettings settings, Supplier<? extends Store> opener, Time time) {
        this.settings = settings;
        this.configs = new ComponentConfigs(settings);
        this.opener = opener;
        this.time = time;
    }

    /** As {@link io.weir.server.NodeStarter#start}. */
    public static OneNode start(WeirSettings settings) {
        return start(settings, () -> store(settings));
    }

    /** The same over another store, which the node closes in the end. */
    public static OneNode start(WeirSettings settings, Supplier<? extends Store> store) {
        OneNode node = new OneNode(settings, store, Time.SYSTEM);
        try {
            node.open();
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
        return node;
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    private void open() {
        long start = time.milliseconds();
        int nodeId = settings.nodeId();

        // The store and what earlier lives left in it, while the quorum finds its leader.
        Store store = opened(new MeteredStore(opener.get(), time, registry));
        this.store = store;
        NodeLog log = opened(new NodeLog(store, configs.log(), time, registry, allocator, bootId(), Optional.empty()));
        CompletionStage<Void> _ = log.ended().thenAccept(this::fatal);
        CompletableFuture<Void> recovered =
                CompletableFuture.runAsync(() -> log.recover(nodeId), Thread::startVirtualThread);
        CompletableFuture<Quorum> opening = quorum(nodeId);
        opened(() -> closeWhenOpen(opening));

        // What this node knows of the cluster.
        TopicConfigs topicConfigs = new TopicConfigs(nodeId, settings.explicit());
        LiveClusterView view = new LiveClusterView(nodeId, topicConfigs, configs.listenerBound());
        Timer timer = opened(new SystemTimerReaper("weir-timer-reaper", new SystemTimer("weir-timer")));

        // Broker.
        ClientEndpoints endpoints = new ClientEndpoints(
                view, nodeId, settings.listeners().advertised().isEmpty());
        BrokerMetrics brokerMetrics =
                new BrokerMetrics(registry, log, configs.broker().maxMetricTopics());
        ExecutorService wakers = Executors.newFixedThreadPool(
                configs.broker().wakeParallelism(),
                Thread.ofPlatform().name("weir-fetch-", 0).factory());
        opened(wakers::shutdownNow);
        BrokerService broker = opened(new BrokerService(
                new PartitionLookup(nodeId, view, log, endpoints::alive),
                Stores.volume(settings),
                timer,
                wakers,
                brokerMetrics,
                configs.broker()));
        Ownership ownership =
                new Ownership(nodeId, log, topicSettings(topicConfigs), timer, brokerMetrics, configs.broker());

        // Coordinator.
        GroupCoordinatorRole groups = opened(
                new GroupCoordinatorRole(nodeId, configs.coordinator(), log, new LocalEndOffsets(log), registry, time));
        CoordinatorService coordinator = new CoordinatorService(groups.groups(), view);

        // Proxy, behind a gate until everything is there.
        Quorum quorum = await(opening, "the metadata log to be opened");
        ProxyService proxy = new ProxyService(
                view,
                new OneProcess(broker, coordinator, quorum.service()),
                new NodeIdentity(nodeId, quorum.directory().clusterId()),
                configs.proxy(InternalTopics.offsetsTopic(configs.coordinator())),
                describer(new ConfigDescriber(configs.nodeSettings(), topicConfigs)),
                time,
                timer,
                registry);
        ReadyGate gate = new ReadyGate(proxy);
        WireServer wire = opened(new WireServer(
                configs.wire(), gate, () -> features(view), Authenticator.anonymous(), allocator, time, registry));
        Map<String, InetSocketAddress> bound = wire.bind();
        listeners = bound.entrySet().stream()
                .map(entry -> new Endpoint(
                        entry.getKey(),
                        SecurityProtocol.PLAINTEXT,
                        entry.getValue().getAddress().getHostAddress(),
                        entry.getValue().getPort()))
                .toList();

        // Registration gives the broker epoch, the epoch begins the commit log, then partitions may be owned.
        NodeRegistration registration = new NodeRegistration(
                configs.registration(quorum.directory().clusterId(), advertised()),
                quorum.service(),
                Incarnations.in(quorum.directory()),
                () -> view.image().highestOffsetAndEpoch().offset(),
                registry);
        this.registration = opened(registration);
        CompletableFuture<Void> read = quorum.raft().install(List.of(registration));
        CompletableFuture<Long> registered = registration.start();
        ProcessMetrics.register(registry);
        RecordBuffers.register(allocator, registry);
        HttpListener http = opened(http(log, registration));
        httpAddress = http.address();
        await(read, "the metadata log to be read");
        long epoch = await(registered, "the registration of this node");
        await(recovered, "the log to be recovered");
        log.start(epoch);
        AtomicBoolean orphansSeen = new AtomicBoolean();
        view.precede(ownership::apply);
        view.follow(groups::onImage);
        view.follow((delta, image) -> {
            if (orphansSeen.compareAndSet(false, true)) {
                Set<Uuid> topics = Set.copyOf(image.topics().topicsById().keySet());
                Thread.startVirtualThread(() -> log.discardOrphans(topics));
            }
            return CompletableFuture.completedFuture(null);
        });
        await(quorum.raft().install(List.of(view)), "the first image of the cluster");
        await(registration.activate(), "the controller to accept this node");
        await(view.when(image -> alive(image, nodeId), START_BOUND), "this node to be alive");
        gate.open();
        LOG.info(
                "node=ready node_id={} cluster_id={} took_ms={}",
                nodeId,
                quorum.directory().clusterId(),
                time.milliseconds() - start);
    }

    /** In the background: classes and files of the quorum come while this thread brings those of the other roles. */
    private CompletableFuture<Quorum> quorum(int nodeId) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Quorum quorum = new Quorum(
                            QuorumPlan.alone(metadataPath(), nodeId, configs.controller()),
                            address -> {
                                throw new IllegalStateException("there is no other controller, at " + address);
                            },
                            time,
                            RandomGenerator.getDefault(),
                            registry,
                            this::fatal);
                    quorum.start();
                    return quorum;
                },
                task -> Thread.ofPlatform().name("weir-quorum-start").start(task));
    }

    private static void closeWhenOpen(CompletableFuture<Quorum> opening) {
        opening.handle((quorum, failure) -> {
                    if (quorum != null) {
                        quorum.close();
                    }
                    return null;
                })
                .join();
    }

    private static boolean alive(MetadataImage image, int nodeId) {
        var registered = image.cluster().broker(nodeId);
        return registered != null && !registered.fenced();
    }

    /** The store that the settings ask for, opened. */
    public static Store store(WeirSettings settings) {
        return Stores.open(settings, Time.SYSTEM);
    }

    private Path metadataPath() {
        return settings.dataDirectory().resolve("metadata");
    }

    private Uuid bootId() {
        return Stores.bootId(settings);
    }

    private HttpListener http(NodeLog log, NodeRegistration registration) {
        NodeRoutes routes = new NodeRoutes(registry, () -> missing(log, registration), topic -> partitions(log, topic));
        InetSocketAddress unresolved = settings.httpListener();
        InetSocketAddress address = new InetSocketAddress(unresolved.getHostString(), unresolved.getPort());
        try {
            return HttpListener.start(HttpConfig.defaults(address), routes.routes());
        } catch (WeirException e) {
            throw new WeirException(
                    e.kind(),
                    "weir.http.listener: " + e.getMessage() + "; choose another address in weir.http.listener",
                    e);
        }
    }

    private List<String> missing(NodeLog log, NodeRegistration registration) {
        List<String> missing = new ArrayList<>();
        if (closing.get()) {
            missing.add("The node is shutting down.");
        }
        if (registration.state() != NodeState.ACTIVE) {
            missing.add("The controller does not take this node for alive: its registration is " + registration.state()
                    + ".");
        }
        log.trouble().ifPresent(trouble -> missing.add("Storage: " + trouble));
        return missing;
    }

    private static List<PartitionView> partitions(NodeLog log, Optional<String> topic) {
        return log.all().stream()
                .filter(partition -> topic.isEmpty() || partition.id().topic().equals(topic.get()))
                .map(partition -> {
                    NodeLog.Footprint footprint = log.footprint(partition.id().topicPartition());
                    return PartitionView.of(partition, footprint.tailBytes(), footprint.segments());
                })
                .toList();
    }

    private List<Endpoint> advertised() {
        List<Endpoint> told = settings.listeners().advertised();
        return told.isEmpty() ? listeners : told;
    }

    private static TopicSettings topicSettings(TopicConfigs configs) {
        return new TopicSettings() {
            @Override
            public LogConfig logConfig(MetadataImage image, String topic) {
                return configs.logConfig(image, topic);
            }

            @Override
            public TopicDurability durability(MetadataImage image, String topic) {
                return configs.weirConfig(image, topic).bufferedAck()
                        ? TopicDurability.BUFFER
                        : TopicDurability.DURABLE;
            }
        };
    }

    private static ConfigAnswers describer(ConfigDescriber describer) {
        return new ConfigAnswers() {
            @Override
            public DescribeConfigsResponseData describe(MetadataImage image, DescribeConfigsRequestData request) {
                return describer.describe(image, request);
            }

            @Override
            public ListConfigResourcesResponseData list(MetadataImage image, ListConfigResourcesRequest request) {
                return describer.list(image, request);
            }
        };
    }

    private static FeatureLevels features(LiveClusterView view) {
        if (view.image().features().metadataVersion().isEmpty()) {
            // The listeners are open before the first image is there: nothing has been agreed on as far as we know.
            return new FeatureLevels(BrokerFeatures.defaultSupportedFeatures(false), Map.of(), -1);
        }
        FinalizedFeatures agreed = view.cache().features();
        return new FeatureLevels(
                BrokerFeatures.defaultSupportedFeatures(false),
                agreed.finalizedFeatures(),
                agreed.finalizedFeaturesEpoch());
    }

    private void fatal(Throwable cause) {
        if (!closing.get()) {
            stopped.completeExceptionally(cause);
        }
    }

    private <T> T await(CompletableFuture<T> future, String what) {
        try {
            // Whatever is fatal now has its reason, and this would wait in vain.
            CompletableFuture.anyOf(future, stopped).get(START_BOUND.toMillis(), TimeUnit.MILLISECONDS);
            return future.join();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WeirException known) {
                throw known;
            }
            throw new WeirException(FaultKind.INTERNAL, "Cannot start: waited for " + what + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new WeirException(
                    FaultKind.UNAVAILABLE, "Cannot start: waited " + START_BOUND.toSeconds() + " s for " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "Interrupted while waiting for " + what, e);
        }
    }

    @Override
    public List<Endpoint> listeners() {
        return listeners;
    }

    @Override
    public InetSocketAddress httpAddress() {
        return httpAddress;
    }

    @Override
    public CompletionStage<Void> stopped() {
        return stopped;
    }

    /**
     * Ends as a crash would, for tests of those who have to live through one: from now on nothing reaches the store,
     * and the controller is not told. Threads and sockets are let go as {@link #close} does.
     */
    public void kill() {
        if (store != null) {
            store.close();
        }
        if (registration != null) {
            registration.kill();
        }
        close();
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("node=close_failed part={}", part.getClass().getSimpleName(), e);
            }
        }
        stopped.complete(null);
        LOG.info("node=stopped node_id={}", settings.nodeId());
    }
}
