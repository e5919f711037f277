package io.weir.proxy.peer;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.proxy.routing.Faults;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.BrokerRegistration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another node under one registration. When calls to it go without an answer it is taken as away: calls fail at once,
 * but for one now and then that tries. Any thread.
 */
final class Peer implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
    private static final long NEVER = Long.MAX_VALUE;

    private final BrokerRegistration registration;
    private final Service service;
    private final PeerConfig config;
    private final Time time;
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final AtomicLong nextAttemptMs = new AtomicLong();
    private volatile long awaySinceMs = NEVER;

    Peer(BrokerRegistration registration, Service service, PeerConfig config, Time time) {
        this.registration = registration;
        this.service = service;
        this.config = config;
        this.time = time;
    }

    BrokerRegistration registration() {
        return registration;
    }

    boolean isAway() {
        return awaySinceMs != NEVER;
    }

    /** Whether it has been away for so long. */
    boolean isAwayFor(long durationMs) {
        long since = awaySinceMs;
        return since != NEVER && time.milliseconds() - since >= durationMs;
    }

    @Override
    public Set<ApiKeys> apis() {
        return service.apis();
    }

    @Override
    public CompletableFuture<? extends ApiMessage> call(Call call) {
        if (isAway() && !isTimeForAttempt()) {
            return notSent(call, "Node " + registration.id() + " does not answer");
        }
        CompletableFuture<? extends ApiMessage> answer = service.call(call);
        if (!answer.isDone()) {
            underWay.add(answer);
        }
        CompletableFuture<?> _ = answer.whenComplete((data, failure) -> {
            underWay.remove(answer);
            accept(data, failure);
        });
        return answer;
    }

    /**
     * The controller does not take it for alive any more, and nobody waits for it: what is under way may have been done
     * or not.
     */
    void abandon() {
        int abandoned = 0;
        for (CompletableFuture<?> answer : underWay) {
            abandoned += answer.cancel(false) ? 1 : 0;
        }
        if (abandoned > 0) {
            LOG.info("event=peer_abandoned node={} epoch={} calls={}", registration.id(), registration.epoch(), abandoned);
        }
    }

    /** The failure of a call that nobody has seen: it can be made again elsewhere, whatever it is. */
    static CompletableFuture<? extends ApiMessage> notSent(Call call, String reason) {
        return CompletableFuture.<@Nullable ApiMessage>failedFuture(
                call.api() == ApiKeys.PRODUCE
                        ? new NotLeaderOrFollowerException(reason)
                        : new WeirException(FaultKind.UNAVAILABLE, reason));
    }

    private boolean isTimeForAttempt() {
        long now = time.milliseconds();
        long next = nextAttemptMs.get();
        return now >= next
                && nextAttemptMs.compareAndSet(next, now + config.pause().toMillis());
    }

    private void accept(@Nullable ApiMessage answer, @Nullable Throwable failure) {
        Throwable cause = failure == null ? null : Faults.unwrap(failure);
        if (cause instanceof CancellationException) {
            return;
        }
        if (cause != null && isWithoutAnswer(cause)) {
            if (failuresInARow.incrementAndGet() >= config.failures()) {
                away(cause);
            }
        } else if (failuresInARow.get() != 0 || isAway()) {
            failuresInARow.set(0);
            back();
        }
    }

    private synchronized void away(Throwable cause) {
        if (!isAway()) {
            awaySinceMs = time.milliseconds();
            nextAttemptMs.set(awaySinceMs + config.pause().toMillis());
            LOG.warn(
                    "event=peer_away node={} epoch={} reason=\"{}\"",
                    registration.id(),
                    registration.epoch(),
                    String.valueOf(cause.getMessage()));
        }
    }

    private synchronized void back() {
        if (isAway()) {
            LOG.info("event=peer_back node={} away_ms={}", registration.id(), time.milliseconds() - awaySinceMs);
            awaySinceMs = NEVER;
        }
    }

    private static boolean isWithoutAnswer(Throwable cause) {
        return cause instanceof WeirException fault
                ? fault.kind() == FaultKind.UNAVAILABLE || fault.kind() == FaultKind.CLOSED
                : Faults.isAway(cause);
    }
}
