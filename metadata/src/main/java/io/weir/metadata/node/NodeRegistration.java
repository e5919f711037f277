package io.weir.metadata.node;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Service;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node registered with the controller, for as long as the process lives.
 *
 * <p>Heartbeats are sent at a fixed rate and never wait for the answer to the one before: the controller refreshes a
 * session when a heartbeat arrives, however long its queue is. A predecessor of this very node that is known to be
 * gone is fenced and unregistered instead of being waited for. When the controller says that it does not know the
 * node (any more), the node registers again, under a new broker epoch.
 *
 * <p>One thread owns all state; the public methods may be called from any thread and do not block, but for
 * {@link #close}. Install it in the metadata loader: it needs to see the cluster's registrations.
 */
public final class NodeRegistration implements MetadataPublisher {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);

    /**
     * When to look for the first time whether this node has caught up, or been let go: soon, because somebody waits. Then
     * after twice that, and so on up to the second.
     */
    private static final Duration IMPATIENCE = Duration.ofMillis(1);

    private static final Duration ELECTION = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofMillis(20);

    /** At what has not been applied by then the next heartbeats look. */
    private static final int MAX_LOOKS = 100;

    /** No partition was handed on for so long: the controller has other things to do, or there is nobody to take it. */
    private static final Duration DRAIN_STALLED = Duration.ofSeconds(2);

    private final RegistrationConfig config;
    private final Service controller;
    private final InternalCalls calls;
    private final Incarnations incarnations;
    private final LongSupplier appliedOffset;
    private final RegistrationMetrics metrics;
    private final ScheduledExecutorService loop;
    private final List<LongConsumer> epochListeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Long> registered = new CompletableFuture<>();
    private final CompletableFuture<Void> active = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    private volatile NodeState state = NodeState.NEW;
    private volatile long epoch = -1;

    // Below: the loop's own.
    private final Set<Uuid> gone = new HashSet<>();
    private @Nullable MetadataImage image;
    private boolean started;
    private HealthWatch health;
    private boolean wantActive;
    private boolean released;
    private long ledBefore;
    private boolean awaitingApplied;
    private long saidApplied = -1;
    private boolean attempting;
    private int inFlight;

    /**
     * @param controller answers BROKER_REGISTRATION, BROKER_HEARTBEAT and UNREGISTER_BROKER
     * @param incarnations who ran on this node before
     * @param appliedOffset offset of the image that this node acts by: it is not unfenced before that image knows
     *     its registration
     */
    public NodeRegistration(
            RegistrationConfig config,
            Service controller,
            Incarnations incarnations,
            LongSupplier appliedOffset,
            PrometheusRegistry registry) {
        this.config = config;
        this.controller = controller;
        this.calls = new InternalCalls(config.nodeId());
        this.health = HealthWatch.none(config);
        this.incarnations = incarnations;
        this.appliedOffset = appliedOffset;
        this.metrics = new RegistrationMetrics(registry, this::state, this::brokerEpoch);
        this.loop = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("weir-node-registration").daemon().factory());
    }

    /** Told of each new broker epoch, on the registration's thread; must not block. Add before {@link #start}. */
    public NodeRegistration onEpoch(LongConsumer listener) {
        epochListeners.add(listener);
        return this;
    }

    /**
     * Watches whether this node is well: while it is not, for longer than a bound, it has itself fenced, so that clients
     * are not sent to it and others own its partitions. Never so many nodes at once that a role is not served. Before
     * {@link #start}.
     *
     * @param trouble what ails this node itself, and no other; empty while it is well. Asked with each heartbeat, on the
     *     registration's thread; must not block
     */
    public NodeRegistration watchHealth(HealthConfig bounds, Supplier<Optional<String>> trouble) {
        health = new HealthWatch(config, bounds, trouble);
        return this;
    }

    /**
     * Begins to register. Heartbeats follow by themselves; the node is fenced until {@link #activate}.
     *
     * @return the first broker epoch; never fails but by {@link #close}
     */
    public CompletableFuture<Long> start() {
        post(() -> {
            if (!started) {
                started = true;
                gone.addAll(incarnations.gone());
                become(NodeState.REGISTERING, "start");
                attempt();
                long interval = config.heartbeatInterval().toNanos();
                ScheduledFuture<?> _ =
                        loop.scheduleAtFixedRate(guarded(this::beat), interval, interval, TimeUnit.NANOSECONDS);
            }
        });
        return registered.copy();
    }

    /**
     * Asks to be used from now on.
     *
     * @return done when the controller has said yes for the first time
     */
    public CompletableFuture<Void> activate() {
        post(() -> {
            wantActive = true;
            pressForActive(IMPATIENCE);
        });
        return active.copy();
    }

    /** The epoch that the controller gave last, or -1. */
    public long brokerEpoch() {
        return epoch;
    }

    /** Where this node stands. */
    public NodeState state() {
        return state;
    }

    /**
     * Asks the controller to move this node's partitions away: a few at a time first, so that none of them stands still
     * for long, and then all that are left. Each is served here until the image that takes it away is seen here; the
     * controller lets the node go when the others have seen it, too.
     *
     * @return done when nothing is left here, or when there is nothing to ask for, or after the time-out of the settings
     */
    public CompletableFuture<Void> leave() {
        post(() -> {
            if (state == NodeState.DRAINING || state == NodeState.LEAVING) {
                return;
            }
            if (state != NodeState.FENCED && state != NodeState.ACTIVE && state != NodeState.SICK) {
                left.complete(null);
                return;
            }
            left.completeOnTimeout(null, config.leaveTimeout().toNanos(), TimeUnit.NANOSECONDS);
            MetadataImage known = image;
            if (state == NodeState.ACTIVE && known != null && canBeDrained(known)) {
                drain(known);
            } else {
                leaveAtOnce("asked_to");
            }
        });
        return left.copy();
    }

    private void drain(MetadataImage known) {
        become(NodeState.DRAINING, "asked_to");
        ledBefore = led(known);
        pressForDrained(IMPATIENCE);
        after(config.leaveTimeout().multipliedBy(3).dividedBy(4), () -> drained("time_is_up"));
        after(DRAIN_STALLED, this::drainedWhenStalled);
    }

    private void drainedWhenStalled() {
        MetadataImage known = image;
        if (state == NodeState.DRAINING && known != null) {
            long led = led(known);
            if (led >= ledBefore) {
                drained("stalled");
            } else {
                ledBefore = led;
                after(DRAIN_STALLED, this::drainedWhenStalled);
            }
        }
    }

    private void drained(String reason) {
        if (state == NodeState.DRAINING) {
            leaveAtOnce(reason);
        }
    }

    private void leaveAtOnce(String reason) {
        become(NodeState.LEAVING, reason);
        pressForLeave(IMPATIENCE);
    }

    /** Leaves, waiting for at most the time-out of the settings, then stops. */
    @Override
    public void close() {
        if (state == NodeState.STOPPED) {
            return;
        }
        try {
            leave().get(config.leaveTimeout().toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("event=node_leave_failed node_id={} error={}", config.nodeId(), e.toString());
        }
        kill();
    }

    /** Stops at once without a word, as a crash does. */
    public void kill() {
        become(NodeState.STOPPED, "closed");
        loop.shutdownNow();
        IllegalStateException stopped = new IllegalStateException("the node's registration was closed");
        registered.completeExceptionally(stopped);
        active.completeExceptionally(stopped);
        metrics.close();
    }

    @Override
    public String name() {
        return "WeirNodeRegistration";
    }

    @Override
    public void onMetadataUpdate(MetadataDelta delta, MetadataImage newImage, LoaderManifest manifest) {
        post(() -> {
            boolean first = image == null;
            image = newImage;
            if (first) {
                attempt();
            }
            leftWhenNothingIsLed();
            if (!awaitingApplied) {
                awaitingApplied = true;
                sayWhatIsApplied(IMPATIENCE, 0);
            }
        });
    }

    /** The controller paces its changes by how far nodes have come: it need not wait for the next heartbeat. */
    private void sayWhatIsApplied(Duration next, int looks) {
        long applied = appliedOffset.getAsLong();
        if (applied > saidApplied && state == NodeState.ACTIVE && inFlight == 0) {
            heartbeat();
        }
        MetadataImage known = image;
        awaitingApplied = known != null
                && saidApplied < known.highestOffsetAndEpoch().offset()
                && state == NodeState.ACTIVE
                && looks < MAX_LOOKS;
        if (awaitingApplied) {
            after(next, () -> sayWhatIsApplied(longer(next), looks + 1));
        }
    }

    private void attempt() {
        if (state != NodeState.REGISTERING || attempting || image == null) {
            return;
        }
        attempting = true;
        BrokerRegistration existing = image.cluster().broker(config.nodeId());
        if (existing != null && gone.contains(existing.incarnationId())) {
            takeOver(existing, image.offset());
        } else {
            register();
        }
    }

    /** Fenced first: the controller refuses to unregister a node that is in very many in-sync sets. */
    private void takeOver(BrokerRegistration existing, long offset) {
        LOG.info(
                "event=node_take_over node_id={} old_epoch={} old_incarnation={} fenced={}",
                config.nodeId(),
                existing.epoch(),
                existing.incarnationId(),
                existing.fenced());
        if (existing.fenced()) {
            unregister();
            return;
        }
        send(
                RegistrationRequests.heartbeat(config.nodeId(), existing.epoch(), offset, true, false),
                BrokerHeartbeatResponseData.class,
                (response, failure) -> {
                    Errors error =
                            InternalCalls.error(failure, response == null ? Errors.NONE.code() : response.errorCode());
                    if (error == Errors.NONE || isUnknownHere(error)) {
                        unregister();
                    } else {
                        retry("fence_predecessor", error);
                    }
                });
    }

    private void unregister() {
        send(
                RegistrationRequests.unregister(config.nodeId()),
                UnregisterBrokerResponseData.class,
                (response, failure) -> {
                    Errors error =
                            InternalCalls.error(failure, response == null ? Errors.NONE.code() : response.errorCode());
                    if (error == Errors.NONE || error == Errors.BROKER_ID_NOT_REGISTERED) {
                        register();
                    } else {
                        retry("unregister_predecessor", error);
                    }
                });
    }

    private void register() {
        Uuid incarnation = Uuid.randomUuid();
        incarnations.record(incarnation);
        // Should the answer get lost, the next attempt may take this one over, too.
        gone.add(incarnation);
        send(
                RegistrationRequests.register(config, incarnation),
                BrokerRegistrationResponseData.class,
                (response, failure) -> {
                    Errors error =
                            InternalCalls.error(failure, response == null ? Errors.NONE.code() : response.errorCode());
                    if (error != Errors.NONE || response == null) {
                        retry("register", error);
                        return;
                    }
                    registered(incarnation, response.brokerEpoch());
                });
    }

    private void registered(Uuid incarnation, long newEpoch) {
        attempting = false;
        gone.remove(incarnation);
        epoch = newEpoch;
        metrics.registration();
        become(NodeState.FENCED, "registered");
        epochListeners.forEach(listener -> listener.accept(newEpoch));
        registered.complete(newEpoch);
        heartbeat();
        pressForActive(IMPATIENCE);
    }

    private void retry(String step, Errors error) {
        attempting = false;
        if (error == Errors.NOT_CONTROLLER) {
            // An election is under way, as after every start of a lone controller: it is over in a moment.
            LOG.debug("event=controller_not_active node_id={} step={}", config.nodeId(), step);
            after(ELECTION, this::attempt);
            return;
        }
        LOG.warn("event=node_registration_failed node_id={} step={} error={}", config.nodeId(), step, error);
        after(config.retryBackoff(), this::attempt);
    }

    private void beat() {
        if (image != null) {
            boolean aside = health.standsAside(image);
            if (aside && (state == NodeState.ACTIVE || state == NodeState.FENCED)) {
                LOG.warn("event=node_steps_aside node_id={} trouble=\"{}\"", config.nodeId(), health.reason());
                become(NodeState.SICK, "trouble_of_its_own");
            } else if (!aside && state == NodeState.SICK) {
                become(NodeState.FENCED, "well_again");
                pressForActive(IMPATIENCE);
            }
        }
        heartbeat();
    }

    private void heartbeat() {
        if (epoch < 0 || state == NodeState.REGISTERING || state == NodeState.STOPPED) {
            return;
        }
        if (inFlight >= config.heartbeatsInFlight()) {
            metrics.heartbeatFailure();
            LOG.warn("event=heartbeat_skipped node_id={} in_flight={}", config.nodeId(), inFlight);
            return;
        }
        long sentUnder = epoch;
        long applied = appliedOffset.getAsLong();
        saidApplied = applied;
        inFlight++;
        metrics.heartbeat();
        send(
                state == NodeState.DRAINING
                        ? RegistrationRequests.leaving(config.nodeId(), sentUnder, applied)
                        : RegistrationRequests.heartbeat(
                                config.nodeId(),
                                sentUnder,
                                applied,
                                (!wantActive || state == NodeState.SICK) && state != NodeState.LEAVING,
                                state == NodeState.LEAVING),
                BrokerHeartbeatResponseData.class,
                (response, failure) -> {
                    inFlight--;
                    if (sentUnder == epoch && state != NodeState.REGISTERING && state != NodeState.STOPPED) {
                        heartbeatAnswered(response, failure);
                    }
                });
    }

    private void heartbeatAnswered(@Nullable BrokerHeartbeatResponseData response, @Nullable Throwable failure) {
        Errors error = InternalCalls.error(failure, response == null ? Errors.NONE.code() : response.errorCode());
        if (isUnknownHere(error)) {
            lost(error);
        } else if (error != Errors.NONE || response == null) {
            metrics.heartbeatFailure();
            LOG.warn("event=heartbeat_failed node_id={} epoch={} error={}", config.nodeId(), epoch, error);
        } else if (state == NodeState.LEAVING) {
            if (response.shouldShutDown()) {
                released = true;
                leftWhenNothingIsLed();
            }
        } else if (state == NodeState.DRAINING) {
            if (response.isFenced()) {
                drained("session_expired");
            } else if (LeavingField.in(response.unknownTaggedFields())) {
                drained("nothing_is_left");
            }
        } else if (!response.isFenced() && state == NodeState.FENCED) {
            become(NodeState.ACTIVE, "unfenced");
            active.complete(null);
        } else if (response.isFenced() && state == NodeState.ACTIVE) {
            become(NodeState.FENCED, "session_expired");
            pressForActive(IMPATIENCE);
        }
    }

    private void lost(Errors error) {
        if (state == NodeState.LEAVING || state == NodeState.DRAINING) {
            left.complete(null);
            return;
        }
        become(NodeState.REGISTERING, "unknown_to_controller_" + error);
        attempt();
    }

    private void leftWhenNothingIsLed() {
        MetadataImage known = image;
        if (released && (known == null || led(known) == 0)) {
            left.complete(null);
        }
    }

    private long led(MetadataImage known) {
        return partitions(known)
                .filter(partition -> partition.leader == config.nodeId())
                .count();
    }

    /** Whether others could have what this node has. */
    private boolean canBeDrained(MetadataImage known) {
        return partitions(known)
                .filter(partition -> partition.leader == config.nodeId())
                .anyMatch(partition -> Arrays.stream(partition.isr).anyMatch(node -> node != config.nodeId()));
    }

    private static Stream<PartitionRegistration> partitions(MetadataImage known) {
        return known.topics().topicsById().values().stream().flatMap(topic -> topic.partitions().values().stream());
    }

    private void pressForActive(Duration next) {
        if (state == NodeState.FENCED && wantActive) {
            // The broker epoch is an offset at or before that of the registration.
            if (appliedOffset.getAsLong() >= epoch && inFlight == 0) {
                heartbeat();
            }
            after(next, () -> pressForActive(longer(next)));
        }
    }

    private void pressForDrained(Duration next) {
        if (state == NodeState.DRAINING) {
            if (inFlight == 0) {
                heartbeat();
            }
            after(next, () -> pressForDrained(longer(next)));
        }
    }

    private void pressForLeave(Duration next) {
        if (state == NodeState.LEAVING && !left.isDone()) {
            if (inFlight == 0) {
                heartbeat();
            }
            after(next, () -> pressForLeave(longer(next)));
        }
    }

    private static Duration longer(Duration pause) {
        return Duration.ofMillis(Math.min(2 * pause.toMillis(), PATIENCE.toMillis()));
    }

    private static boolean isUnknownHere(Errors error) {
        return error == Errors.STALE_BROKER_EPOCH || error == Errors.BROKER_ID_NOT_REGISTERED;
    }

    private void become(NodeState next, String reason) {
        NodeState before = state;
        if (before != next) {
            state = next;
            LOG.info(
                    "event=node_state node_id={} from={} to={} reason={} epoch={}",
                    config.nodeId(),
                    before,
                    next,
                    reason,
                    epoch);
        }
    }

    private <T extends ApiMessage> void send(
            AbstractRequest.Builder<?> request, Class<T> answer, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        CompletableFuture<T> _ = calls.send(controller, request, answer)
                .whenComplete((response, failure) -> post(() -> then.accept(response, failure)));
    }

    private void after(Duration delay, Runnable step) {
        try {
            ScheduledFuture<?> _ = loop.schedule(guarded(step), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=registration_closed_meanwhile node_id={}", config.nodeId());
        }
    }

    private void post(Runnable step) {
        try {
            loop.execute(guarded(step));
        } catch (RejectedExecutionException e) {
            LOG.debug("event=registration_closed_meanwhile node_id={}", config.nodeId());
            left.complete(null);
        }
    }

    /** A step that throws is a bug; the loop goes on, or the node would fall silent and be fenced. */
    private Runnable guarded(Runnable step) {
        return () -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.error("event=registration_step_failed node_id={} state={}", config.nodeId(), state, e);
                attempting = false;
                if (state == NodeState.REGISTERING) {
                    after(config.retryBackoff(), this::attempt);
                }
            }
        };
    }
}
