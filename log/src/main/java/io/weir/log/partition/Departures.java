package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that this node has resigned, with all that they hold. Where nobody else writes to the store they stay, and
 * are given back as they are; else they leave when all that they hold is in segments. Any thread.
 */
final class Departures {
    private final Map<TopicIdPartition, PartitionLog> parked = new ConcurrentHashMap<>();
    private final Map<PartitionLog, CompletableFuture<Void>> leaving = new ConcurrentHashMap<>();

    void park(PartitionLog log) {
        parked.put(log.id(), log);
    }

    @Nullable
    PartitionLog parked(TopicIdPartition id) {
        return parked.get(id);
    }

    Collection<PartitionLog> parked() {
        return List.copyOf(parked.values());
    }

    /** To be owned again, or deleted; whoever waits for it to leave waits no longer. */
    @Nullable
    PartitionLog takeBack(TopicIdPartition id) {
        PartitionLog log = parked.remove(id);
        if (log != null) {
            done(log);
        }
        return log;
    }

    /** A parked one is to leave; done when it has, failed when it cannot. */
    CompletableFuture<Void> leave(PartitionLog log) {
        return leaving.computeIfAbsent(log, _ -> new CompletableFuture<>()).copy();
    }

    /** Those that must go to segments, so that others can have them. */
    Set<PartitionLog> leaving() {
        return Set.copyOf(leaving.keySet());
    }

    /** All of it is in the store. */
    void left(PartitionLog log) {
        parked.remove(log.id(), log);
        done(log);
    }

    /** It never will be; it stays parked, so that whoever asks again is refused again. */
    void cannotLeave(PartitionLog log, String why) {
        fail(log, new WeirException(FaultKind.UNAVAILABLE, why));
    }

    /** The node ends. */
    void close() {
        leaving.keySet()
                .forEach(log -> fail(
                        log,
                        new WeirException(FaultKind.UNAVAILABLE, "The node ended before " + log.id() + " had left")));
        parked.clear();
    }

    private void done(PartitionLog log) {
        CompletableFuture<Void> waited = leaving.remove(log);
        if (waited != null) {
            waited.complete(null);
        }
    }

    private void fail(PartitionLog log, WeirException why) {
        CompletableFuture<Void> waited = leaving.remove(log);
        if (waited != null) {
            waited.completeExceptionally(why);
        }
    }
}
