package io.weir.controller.crash;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.utils.Time;

/** When this controller has heard of each node last. Any thread. */
public final class Heartbeats {
    private final Time time;
    private final Map<Integer, Heard> latest = new ConcurrentHashMap<>();

    private record Heard(long epoch, long nanos) {}

    /** Nobody has been heard. */
    public Heartbeats(Time time) {
        this.time = time;
    }

    /** One has come in. */
    public void heard(BrokerHeartbeatRequestData said) {
        // A node that asks to be fenced speaks of an earlier life, which is over.
        if (!said.wantFence()) {
            latest.put(said.brokerId(), new Heard(said.brokerEpoch(), time.nanoseconds()));
        }
    }

    /** When that life of the node was heard, if it was. */
    OptionalLong latestNanos(int node, long epoch) {
        Heard heard = latest.get(node);
        return heard == null || heard.epoch != epoch ? OptionalLong.empty() : OptionalLong.of(heard.nanos);
    }

    /** Forgets all others. */
    void retain(Collection<Integer> nodes) {
        latest.keySet().retainAll(nodes);
    }
}
