package io.weir.server.wiring;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.Service;
import io.weir.kafka.wire.Network;
import io.weir.metadata.node.RemoteController;
import io.weir.metadata.raft.ActiveController;
import io.weir.proxy.peer.ProxyHealth;
import io.weir.proxy.peer.RemoteNodes;
import io.weir.proxy.routing.Nodes;
import io.weir.server.RunningNode;
import io.weir.server.http.HttpConfig;
import io.weir.server.http.HttpListener;
import io.weir.server.http.NodeRoutes;
import io.weir.server.settings.Role;
import io.weir.server.settings.WeirSettings;
import io.weir.storage.MeteredStore;
import io.weir.storage.Store;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.apache.kafka.server.util.timer.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deployment on one screen: the roles that the settings ask for, in one process, from the store up to the
 * listeners. Each role is a room that is there or not; they call each other in the process where they share one, and
 * over {@link Links} where they do not. Whatever is opened is closed in the opposite order, also when a later step
 * fails.
 */
public final class Node implements RunningNode {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration START_BOUND = Duration.ofMinutes(2);

    private final Site site;
    private final Supplier<? extends Store> opener;
    private final Opened opened = new Opened();
    private final Health health = new Health();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private Optional<Store> store = Optional.empty();
    private Optional<MemberRoom> member = Optional.empty();
    private List<Endpoint> clients = List.of();
    private List<Endpoint> nodes = List.of();
    private InetSocketAddress httpAddress = new InetSocketAddress(0);

    private Node(Site site, Supplier<? extends Store> opener) {
        this.site = site;
        this.opener = opener;
    }

    /** As {@link io.weir.server.NodeStarter#start}. */
    public static Node start(WeirSettings settings) {
        return start(settings, () -> Stores.open(settings, Time.SYSTEM));
    }

    /** The same over another store, which the node closes in the end. */
    public static Node start(WeirSettings settings, Supplier<? extends Store> store) {
        Node node = new Node(Site.of(settings, Time.SYSTEM), store);
        try {
            node.open();
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
        return node;
    }

    private void open() {
        long startMs = site.time().milliseconds();
        Knowledge known = Knowledge.of(site);
        if (site.registers()) {
            store = Optional.of(opened.add(new MeteredStore(opener.get(), site.time(), site.registry())));
        }
        Network network = opened.add(site.configs().network(site.allocator()));
        Optional<Links> links =
                site.alone() ? Optional.empty() : Optional.of(opened.add(new Links(site, known, network)));

        // What earlier lives left in the store, while the quorum finds its leader.
        Optional<LogRoom> log = store.filter(shared -> site.ownsPartitions())
                .map(shared -> opened.add(new LogRoom(site, shared, links.map(Links::neighbours), this::fatal)));
        CompletableFuture<MetadataRoom> opening = metadata();
        opened.add(() -> closeWhenOpen(opening));

        // The roles.
        Timer timer = opened.add(new SystemTimerReaper("weir-timer-reaper", new SystemTimer("weir-timer")));
        Optional<BrokerRoom> broker = log.map(room -> opened.add(new BrokerRoom(site, known, room.log(), timer)));
        Optional<CoordinatorRoom> coordinator = log.filter(room -> site.plays(Role.COORDINATOR))
                .map(room -> opened.add(new CoordinatorRoom(site, known, room.log(), links)));
        MetadataRoom metadata = await(opening, "the metadata log to be opened");
        Optional<Service> brokers = broker.map(BrokerRoom::service);
        Optional<Service> coordinators = coordinator.map(CoordinatorRoom::service);
        Optional<RemoteController> remote = links.map(others -> opened.add(others.controller(metadata)));
        Service controller = remote.map(found -> (Service) found)
                .orElseGet(() -> metadata.controller().orElseThrow().service());
        Optional<RemoteNodes> remotes = links.map(others -> others.nodes(brokers, coordinators, controller));
        Nodes all = remotes.map(found -> (Nodes) found)
                .orElseGet(() -> new OneProcess(brokers.orElseThrow(), coordinators.orElseThrow(), controller));
        Optional<ReadRoom> old = links.isPresent() && site.plays(Role.PROXY)
                ? store.map(shared -> opened.add(new ReadRoom(site, shared, log.map(LogRoom::log))))
                : Optional.empty();
        Optional<ProxyRoom> proxy = site.plays(Role.PROXY)
                ? Optional.of(opened.add(
                        new ProxyRoom(site, known, metadata.clusterId(), all, old.map(ReadRoom::reads), timer)))
                : Optional.empty();
        Optional<ProxyHealth> proxyHealth =
                links.flatMap(others -> old.map(reads -> others.proxyHealth(remotes.orElseThrow(), reads)));

        // Who may ask which of them.
        Map<String, Service> services = new HashMap<>();
        proxy.ifPresent(room -> site.configs().clientListeners().forEach(name -> services.put(name, room.service())));
        links.ifPresent(others -> {
            broker.ifPresent(room -> services.put(RemoteNodes.LISTENER, ownerService(room, coordinator)));
            metadata.controller().ifPresent(room -> services.put(ListenerRoom.CONTROLLER, room.listening()));
        });
        ListenerRoom listeners = opened.add(new ListenerRoom(site, known, network, services));
        clients = listeners.clients();
        nodes = listeners.nodes();
        if (!site.alone()) {
            // Its controllers' listener outlives it, so that a leader that goes hears of the next one.
            opened.add(metadata).start();
        }

        // Registration gives the broker epoch, the epoch begins the commit log, then partitions may be owned.
        health.ask(metadata);
        log.ifPresent(health::ask);
        member = site.registers()
                ? Optional.of(opened.add(new MemberRoom(
                        site,
                        known,
                        metadata,
                        controller,
                        listeners.registered(site),
                        () -> log.flatMap(room -> room.log().trouble()).or(() -> proxyHealth.flatMap(ProxyHealth::get)),
                        this::fatal)))
                : Optional.empty();
        member.ifPresent(health::ask);
        log.ifPresent(room -> opened.add(room::prepareToLeave));
        ProcessMetrics.register(site.registry());
        RecordBuffers.register(site.allocator(), site.registry());
        HttpListener http = opened.add(http(known, metadata, log));
        httpAddress = http.address();
        member.ifPresent(room -> await(room.read(), "the metadata log to be read" + controllers()));
        long epoch = member.map(room -> await(room.registered(), "the registration of this node" + controllers()))
                .orElse(-1L);
        log.ifPresent(room -> {
            await(room.recovered(), "the log to be recovered");
            room.log().start(epoch);
        });
        broker.ifPresent(room -> known.view().precede(room.ownership()::apply));
        coordinator.ifPresent(room -> known.view().follow(room.groups()::onImage));
        member.flatMap(MemberRoom::healer).ifPresent(healer -> known.view().follow(healer));
        log.ifPresent(room -> known.view().follow(room::onImage));
        await(metadata.raft().install(List.of(known.view())), "the first image of the cluster" + controllers());
        member.ifPresent(room -> {
            await(room.activate(), "the controller to accept this node");
            await(known.whenAlive(site.nodeId(), START_BOUND), "this node to be alive");
        });
        proxy.ifPresent(ProxyRoom::open);
        health.started();
        LOG.info(
                "node=ready node_id={} roles={} cluster_id={} took_ms={}",
                site.nodeId(),
                Role.words(site.settings().roles()),
                metadata.clusterId(),
                site.time().milliseconds() - startMs);
    }

    /** In the background: classes and files of the quorum come while this thread brings those of the other roles. */
    private CompletableFuture<MetadataRoom> metadata() {
        return CompletableFuture.supplyAsync(
                () -> {
                    MetadataRoom room = new MetadataRoom(site, this::fatal);
                    // Others are only answered once the listeners are open.
                    return site.alone() ? room.start() : room;
                },
                task -> Thread.ofPlatform().name("weir-quorum-start").start(task));
    }

    private static void closeWhenOpen(CompletableFuture<MetadataRoom> opening) {
        opening.handle((room, failure) -> {
                    if (room != null) {
                        room.close();
                    }
                    return null;
                })
                .join();
    }

    private static Service ownerService(BrokerRoom broker, Optional<CoordinatorRoom> coordinator) {
        return coordinator
                .map(room -> (Service) new OwnerService(List.of(broker.service(), room.service())))
                .orElseGet(broker::service);
    }

    private HttpListener http(Knowledge known, MetadataRoom metadata, Optional<LogRoom> log) {
        NodeRoutes routes = new NodeRoutes(
                site.registry(),
                health,
                log.map(room -> room::partitions),
                () -> ClusterDocument.of(
                        site.settings(),
                        metadata.clusterId(),
                        metadata.raft().activeController().map(ActiveController::nodeId),
                        known.view().image()));
        InetSocketAddress unresolved = site.settings().httpListener();
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

    /** Whom this node waits for, when it waits for the quorum. */
    private String controllers() {
        return site.alone()
                ? ""
                : " (most of controller.quorum.voters="
                        + site.configs().raft().peers().voters()
                        + " must be up, and weir.internal.secret.file the same here and there)";
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
        return clients;
    }

    @Override
    public List<Endpoint> nodeListeners() {
        return nodes;
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
        store.ifPresent(Store::close);
        member.ifPresent(MemberRoom::kill);
        close();
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        health.closing();
        opened.close();
        stopped.complete(null);
        LOG.info("node=stopped node_id={}", site.nodeId());
    }
}
