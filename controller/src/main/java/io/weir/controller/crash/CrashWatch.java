package io.weir.controller.crash;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.BrokerRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While the controller of this process is the active one: asks the host of each node that misses a heartbeat whether
 * anybody listens there, and fences the node at once when the host says that nobody does, as it does from the moment in
 * which a process is killed. That is what a session's time-out would do later. To be wrong costs a change of owners and
 * nothing else, for the owners' right to write rests on the store and not on who is alive; a node that is heard again in
 * the same life is not asked for any more. (Leners et al., "Detecting failures in distributed systems with the Falcon spy
 * network", SOSP 2011: ask whoever knows, and let time decide only when nobody does.)
 *
 * <p>Install it in the metadata loader beside the controller. One thread owns all state; a virtual thread each asks.
 */
public final class CrashWatch implements MetadataPublisher, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CrashWatch.class);
    private static final KafkaPrincipal WATCH = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "weir-crash-watch");

    private final CrashConfig config;
    private final String listener;
    private final Controller controller;
    private final Heartbeats heartbeats;
    private final HostProbe probe;
    private final Time time;
    private final PrometheusRegistry registry;
    private final Counter crashes;
    private final ScheduledExecutorService loop;
    private final ExecutorService asking;
    private volatile ClusterImage cluster = ClusterImage.EMPTY;

    // Below: the loop's own.
    private long activeSinceNanos = -1;
    private final Set<Integer> asked = new HashSet<>();
    /** The life of each node that was fenced here, and since when. */
    private final Map<Integer, Fenced> fenced = new HashMap<>();

    private record Fenced(long epoch, long nanos, boolean wrongly) {}

    /**
     * Looks at nothing before {@link #start}.
     *
     * @param listener by which nodes are registered for each other; who has none is not asked for
     * @param heartbeats of all nodes, for as long as this controller is the active one
     */
    public CrashWatch(
            CrashConfig config,
            String listener,
            Controller controller,
            Heartbeats heartbeats,
            HostProbe probe,
            Time time,
            PrometheusRegistry registry) {
        this.config = config;
        this.listener = listener;
        this.controller = controller;
        this.heartbeats = heartbeats;
        this.probe = probe;
        this.time = time;
        this.registry = registry;
        this.crashes = Counter.builder()
                .name("weir_controller_crashes_total")
                .help("Nodes that were fenced before their session was over, for their host refused a connection")
                .build();
        registry.register(crashes);
        this.loop = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("weir-crash-watch").daemon().factory());
        this.asking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("weir-crash-probe-", 0).factory());
    }

    /** Begins to look. Once. */
    public CrashWatch start() {
        long interval = config.interval().toNanos();
        ScheduledFuture<?> _ =
                loop.scheduleWithFixedDelay(guarded(this::look), interval, interval, TimeUnit.NANOSECONDS);
        return this;
    }

    @Override
    public String name() {
        return "WeirCrashWatch";
    }

    @Override
    public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
        cluster = image.cluster();
    }

    private void look() {
        if (!controller.isActive()) {
            activeSinceNanos = -1;
            fenced.clear();
            return;
        }
        long now = time.nanoseconds();
        if (activeSinceNanos < 0) {
            activeSinceNanos = now;
        }
        ClusterImage seen = cluster;
        heartbeats.retain(seen.brokers().keySet());
        fenced.keySet().retainAll(seen.brokers().keySet());
        for (BrokerRegistration node : seen.brokers().values()) {
            Endpoint endpoint = node.listeners().get(listener);
            if (endpoint != null
                    && !node.fenced()
                    && isSilent(node, now)
                    && !wasFencedWrongly(node)
                    && asked.add(node.id())) {
                ask(node, endpoint);
            }
        }
    }

    /** A controller that has just become active gives everybody time to find it. */
    private boolean isSilent(BrokerRegistration node, long now) {
        OptionalLong heard = heartbeats.latestNanos(node.id(), node.epoch());
        long since = heard.isPresent() ? Math.max(heard.getAsLong(), activeSinceNanos) : activeSinceNanos;
        return now - since >= config.silence().toNanos();
    }

    /** The host lies: something stands between it and us that refuses in its name. */
    private boolean wasFencedWrongly(BrokerRegistration node) {
        Fenced before = fenced.get(node.id());
        if (before == null || before.epoch != node.epoch()) {
            return false;
        }
        if (!before.wrongly) {
            OptionalLong heard = heartbeats.latestNanos(node.id(), node.epoch());
            if (heard.isEmpty() || heard.getAsLong() - before.nanos < 0) {
                // The image may not show yet that it is fenced.
                return true;
            }
            fenced.put(node.id(), new Fenced(before.epoch, before.nanos, true));
            LOG.warn(
                    "event=crash_probe_wrong node={} epoch={} listener={} reason=\"the node's host refused a connection,"
                            + " and the node lives: its address is not asked again before it restarts\"",
                    node.id(),
                    node.epoch(),
                    listener);
        }
        return true;
    }

    private void ask(BrokerRegistration node, Endpoint endpoint) {
        asking.execute(() -> {
            boolean refused = probe.refuses(endpoint.host(), endpoint.port());
            post(() -> {
                asked.remove(node.id());
                if (refused && isSilent(node, time.nanoseconds())) {
                    fence(node, endpoint);
                }
            });
        });
    }

    /** In the node's own name and for this life alone: KRaft refuses the heartbeat of an earlier one. */
    private void fence(BrokerRegistration node, Endpoint endpoint) {
        fenced.put(node.id(), new Fenced(node.epoch(), time.nanoseconds(), false));
        LOG.warn(
                "event=node_crashed node={} epoch={} address={}:{} reason=\"it is silent, and its host refuses a"
                        + " connection\"",
                node.id(),
                node.epoch(),
                endpoint.host(),
                endpoint.port());
        BrokerHeartbeatRequestData last = new BrokerHeartbeatRequestData()
                .setBrokerId(node.id())
                .setBrokerEpoch(node.epoch())
                .setWantFence(true);
        CompletableFuture<?> _ = controller
                .processBrokerHeartbeat(
                        new ControllerRequestContext(new RequestHeaderData(), WATCH, OptionalLong.empty()), last)
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        crashes.inc();
                    } else {
                        // It has registered anew, or another controller decides now: both know better.
                        LOG.info("event=node_not_fenced node={} epoch={} error={}", node.id(), node.epoch(), failure);
                    }
                });
    }

    private void post(Runnable step) {
        try {
            loop.execute(guarded(step));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=crash_watch_closed_meanwhile");
        }
    }

    /** A step that throws is a bug; sessions end all the same. */
    private static Runnable guarded(Runnable step) {
        return () -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.error("event=crash_watch_step_failed", e);
            }
        };
    }

    /** Ends; what was asked is not heard any more. */
    @Override
    public void close() {
        loop.shutdownNow();
        asking.shutdownNow();
        registry.unregister(crashes);
    }
}
