package io.weir.metadata.node;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.metadata.raft.ActiveController;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller, wherever it is: sends each call to the one that decides now. When that one changes, dies or says that it
 * does not decide, the call goes to the next one, until its caller's time is over; so a change of controllers is a delay and no
 * error. A call that got lost on the way back may be done twice, as with Kafka's own clients. Calls do not wait for each
 * other. Where this process has the active controller it is called directly.
 *
 * <p>{@link #call} may come from any thread; one thread owns all state. As many calls as the settings say may be under way;
 * more are refused at once with a time-out that clients may answer by asking again.
 */
public final class RemoteController implements Service, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteController.class);

    private final RemoteControllerConfig config;
    private final Set<ApiKeys> apis;
    private final Supplier<Optional<ActiveController>> active;
    private final Optional<LocalController> local;
    private final Function<InetSocketAddress, Service> remotes;
    private final Time time;
    private final RemoteControllerMetrics metrics;
    private final ScheduledExecutorService loop;

    // Below: the loop's own.
    private final Map<InetSocketAddress, Service> known = new HashMap<>();
    private final Set<ForwardedCall> pending = new LinkedHashSet<>();
    private boolean ticking;
    private int lastEpoch = -1;

    /**
     * @param apis what a controller answers
     * @param active who decides now; asked often, on the loop's thread
     * @param local this process's own controller, if it has one
     * @param remotes a way to the controller at an unresolved address; asked once an address. What it fails with may be
     *     retried when it is an I/O error, {@code DisconnectException}, {@code NetworkException} or a fault that is
     *     UNAVAILABLE or CLOSED
     */
    public RemoteController(
            RemoteControllerConfig config,
            Set<ApiKeys> apis,
            Supplier<Optional<ActiveController>> active,
            Optional<LocalController> local,
            Function<InetSocketAddress, Service> remotes,
            Time time,
            PrometheusRegistry registry) {
        this.config = config;
        this.apis = Set.copyOf(apis);
        this.active = active;
        this.local = local;
        this.remotes = remotes;
        this.time = time;
        this.loop = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("weir-remote-controller").daemon().factory());
        this.metrics = new RemoteControllerMetrics(registry);
    }

    /**
     * A controller in this process.
     *
     * @param nodeId of this node
     * @param service answers when this node decides
     */
    public record LocalController(int nodeId, Service service) {}

    @Override
    public Set<ApiKeys> apis() {
        return apis;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        ForwardedCall forwarded = new ForwardedCall(call, config, time.hiResClockMs());
        try {
            loop.execute(() -> begin(forwarded));
        } catch (RejectedExecutionException e) {
            forwarded.fail(new NotControllerException("this node is stopping"));
        }
        return forwarded.answer();
    }

    private void begin(ForwardedCall call) {
        if (pending.size() >= config.maxCalls()) {
            metrics.refused();
            call.fail(new TimeoutException(config.maxCalls() + " calls wait for the active controller already"));
            return;
        }
        pending.add(call);
        metrics.waiting(pending.size());
        attempt(call, active.get());
        tickLater();
    }

    /** Sends the call if anybody is there to take it; else it waits for the next tick. */
    private void attempt(ForwardedCall call, Optional<ActiveController> target) {
        if (target.isEmpty()) {
            return;
        }
        ActiveController controller = target.get();
        noteChange(controller);
        int attempt = call.sent(controller);
        if (attempt > 1) {
            metrics.retried();
        }
        CompletableFuture<? extends ApiMessage> coming;
        try {
            coming = service(controller).call(call.call());
        } catch (RuntimeException e) {
            coming = CompletableFuture.failedFuture(e);
        }
        call.awaits(coming);
        CompletableFuture<Void> _ =
                coming.handle((answer, failure) -> post(() -> answered(call, attempt, answer, failure)));
    }

    private Service service(ActiveController controller) {
        return local.filter(own -> own.nodeId() == controller.nodeId())
                .map(LocalController::service)
                .orElseGet(() -> known.computeIfAbsent(controller.address(), remotes));
    }

    private void noteChange(ActiveController controller) {
        if (controller.epoch() != lastEpoch) {
            lastEpoch = controller.epoch();
            LOG.info(
                    "event=active_controller node_id={} epoch={} address={}",
                    controller.nodeId(),
                    controller.epoch(),
                    controller.address());
        }
    }

    private void answered(ForwardedCall call, int attempt, @Nullable ApiMessage answer, @Nullable Throwable failure) {
        if (!call.isAttempt(attempt)) {
            return;
        }
        boolean again = failure == null
                ? answer != null && ControllerAnswers.isRefusal(answer)
                : ControllerAnswers.isRefusal(failure);
        if (again && call.mayRetry(time.hiResClockMs())) {
            call.refused(failure);
            return;
        }
        if (failure == null) {
            call.complete(answer);
        } else {
            call.fail(ControllerAnswers.cause(failure));
        }
        remove(call);
    }

    private void remove(ForwardedCall call) {
        pending.remove(call);
        metrics.waiting(pending.size());
    }

    private void tickLater() {
        if (!ticking && !pending.isEmpty()) {
            ticking = true;
            ScheduledFuture<?> _ = loop.schedule(
                    () -> {
                        ticking = false;
                        try {
                            tick();
                        } catch (RuntimeException e) {
                            LOG.error("event=remote_controller_tick_failed", e);
                        }
                        tickLater();
                    },
                    config.retryBackoff().toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Takes calls back from a controller that no longer decides, sends those that wait, and ends those that are late. */
    private void tick() {
        long now = time.hiResClockMs();
        Optional<ActiveController> target = active.get();
        List<ForwardedCall> all = new ArrayList<>(pending);
        for (ForwardedCall call : all) {
            if (call.answer().isDone()) {
                call.abandon();
                remove(call);
            } else if (call.isLate(now)) {
                metrics.expired();
                call.expire();
                remove(call);
            } else if (call.isWaiting()) {
                attempt(call, target);
            } else if (target.isPresent() && call.isElsewhere(target.get())) {
                call.abandon();
                attempt(call, target);
            }
        }
    }

    private @Nullable Void post(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=remote_controller_closed_meanwhile");
        }
        return null;
    }

    /** Fails what is under way. The services that lead to the controllers belong to whoever made them. */
    @Override
    public void close() {
        post(() -> {
            for (ForwardedCall call : new ArrayList<>(pending)) {
                call.abandon();
                call.fail(new NotControllerException("this node is stopping"));
            }
            pending.clear();
        });
        loop.shutdown();
        metrics.close();
    }
}
