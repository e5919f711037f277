package io.weir.proxy.produce;

import io.weir.proxy.routing.RetryConfig;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.ListIterator;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * One partition's records on their way through this proxy, in order. As long as its owner takes them they pass at once,
 * any number at a time. When the owner has changed or has refused some, they stand in a queue: nothing is sent before
 * all that was sent earlier has its answer, then one goes alone as a probe, and once that has been taken the others
 * follow. So an owner that refuses one and then takes the next, as one does that is about to open a partition, cannot
 * change their order.
 *
 * <p>Any thread; the monitor is held for a few assignments. Records in the queue are bounded by the memory of the
 * requests that they came in.
 */
final class Lane {
    private static final int NEVER = -1;

    private final Uuid topicId;
    private final int partition;
    private final LinkedList<Held> queue = new LinkedList<>();
    private int inFlight;
    /** The owner of this epoch has taken records, and refused none since. */
    private int provenEpoch = NEVER;
    /** The owner of this epoch has refused some: until {@link #notBeforeMs} it is left alone. */
    private int refusedEpoch = NEVER;

    private long notBeforeMs;
    private int refusals;
    private boolean draining;

    Lane(Uuid topicId, int partition) {
        this.topicId = topicId;
        this.partition = partition;
    }

    Uuid topicId() {
        return topicId;
    }

    int partition() {
        return partition;
    }

    /** Whether records may go to the owner of this epoch at once; then they are under way until {@link #leave}. */
    synchronized boolean tryEnter(int epoch) {
        if (provenEpoch != epoch || draining || !queue.isEmpty()) {
            return false;
        }
        inFlight++;
        return true;
    }

    /** Records that entered are answered. True when others wait that may go on now. */
    synchronized boolean leave() {
        inFlight--;
        return !queue.isEmpty() && !draining;
    }

    /** Puts records where their order wants them: behind all of earlier requests. */
    synchronized void add(Held held) {
        ListIterator<Held> place = queue.listIterator(queue.size());
        while (place.hasPrevious()) {
            if (place.previous().order() < held.order()) {
                place.next();
                break;
            }
        }
        place.add(held);
        held.queued = true;
    }

    /** Records that were under way must be sent again, not before the pause is over or another owner is there. */
    synchronized void refused(Held held, long nowMs, RetryConfig config) {
        inFlight--;
        if (held.probe || provenEpoch != NEVER) {
            // Of many that were under way together the first one counts.
            refusals++;
            notBeforeMs = nowMs + config.pauseMs(refusals);
        }
        provenEpoch = NEVER;
        refusedEpoch = Math.max(refusedEpoch, held.epoch);
        add(held);
    }

    /** Records that were under way have their answer. */
    synchronized void answered(Held held, boolean taken) {
        inFlight--;
        if (taken && held.epoch >= refusedEpoch) {
            provenEpoch = Math.max(provenEpoch, held.epoch);
            refusals = 0;
        }
    }

    /** Takes records out that do not wait any longer. False when they are under way. */
    synchronized boolean remove(Held held) {
        if (!held.queued) {
            return false;
        }
        queue.remove(held);
        held.queued = false;
        return true;
    }

    /** Takes everything out. */
    synchronized List<Held> removeAll() {
        List<Held> all = new ArrayList<>(queue);
        all.forEach(held -> held.queued = false);
        queue.clear();
        return all;
    }

    /** Takes everything of a connection out that stands behind {@code first}: it must not overtake it. */
    synchronized List<Held> removeBehind(Held first) {
        List<Held> behind = new ArrayList<>();
        queue.removeIf(held -> {
            boolean follows = held.order() > first.order()
                    && held.request().connection().equals(first.request().connection());
            if (follows) {
                held.queued = false;
                behind.add(held);
            }
            return follows;
        });
        return behind;
    }

    /** Whether something of an earlier request waits or is under way beside these records, which are under way. */
    synchronized boolean isBehindOthers(Held held) {
        return !held.probe && (inFlight > 1 || (!queue.isEmpty() && queue.getFirst().order() < held.order()));
    }

    /** One thread at a time sends what waits; false when another does. */
    synchronized boolean beginDraining() {
        if (draining || queue.isEmpty()) {
            return false;
        }
        draining = true;
        return true;
    }

    /**
     * The next records that may be sent to the owner now, counted as under way; null ends the draining.
     *
     * @param owned who owns the partition; nobody with a negative leader
     */
    synchronized @Nullable Held next(PartitionRegistration owned, long nowMs) {
        boolean tooEarly = owned.leader < 0 || (owned.leaderEpoch <= refusedEpoch && nowMs < notBeforeMs);
        boolean proven = owned.leaderEpoch == provenEpoch;
        if (queue.isEmpty() || tooEarly || (!proven && inFlight > 0)) {
            draining = false;
            return null;
        }
        Held held = queue.removeFirst();
        held.queued = false;
        held.epoch = owned.leaderEpoch;
        held.probe = !proven;
        inFlight++;
        return held;
    }

    /** Ends the draining without a look. */
    synchronized void endDraining() {
        draining = false;
    }

    /** Whether something waits that only time or another owner helps. */
    synchronized boolean isBlocked() {
        return !queue.isEmpty() && inFlight == 0 && !draining;
    }

    synchronized boolean isIdle() {
        return queue.isEmpty() && inFlight == 0;
    }

    synchronized int waiting() {
        return queue.size();
    }
}
