package io.weir.kafka.wire;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections and refuses those over the limits. Any thread. */
final class ConnectionGate {
    private final WireConfig.ConnectionLimits limits;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentMap<InetAddress, Integer> byIp = new ConcurrentHashMap<>();

    ConnectionGate(WireConfig.ConnectionLimits limits) {
        this.limits = limits;
    }

    /** Empty when it may stay, and then {@link #leave} is due; else why not. */
    Optional<CloseReason> enter(InetAddress ip) {
        if (total.incrementAndGet() > limits.max()) {
            total.decrementAndGet();
            return Optional.of(CloseReason.TOO_MANY);
        }
        if (byIp.merge(ip, 1, Integer::sum) > limits.maxPerIp()) {
            leave(ip);
            return Optional.of(CloseReason.TOO_MANY_OF_IP);
        }
        return Optional.empty();
    }

    /** A connection that had entered is gone. */
    void leave(InetAddress ip) {
        byIp.computeIfPresent(ip, (key, count) -> count == 1 ? null : count - 1);
        total.decrementAndGet();
    }
}
