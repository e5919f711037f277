package io.weir.log.fake;

import io.weir.log.Partition;
import io.weir.log.Partitions;
import io.weir.log.TopicDurability;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * The partitions that the test says are there. Nobody may open or close any, unless a subclass says how. Any thread.
 *
 * @param <P> the module's own fake of one
 */
public class FakePartitions<P extends Partition> implements Partitions {
    private final Map<TopicPartition, P> open = new ConcurrentHashMap<>();

    /** Puts a partition there without anybody asking. */
    public final P add(P partition) {
        open.put(partition.id().topicPartition(), partition);
        return partition;
    }

    /** The fake itself, which must be there. */
    public final P get(TopicPartition partition) {
        P found = open.get(partition);
        if (found == null) {
            throw new AssertionError(partition + " is not open");
        }
        return found;
    }

    /** Takes it away without anybody asking. */
    public final void remove(TopicPartition partition) {
        open.remove(partition);
    }

    @Override
    public Optional<Partition> find(TopicPartition partition) {
        return Optional.ofNullable(open.get(partition));
    }

    @Override
    public Collection<Partition> all() {
        return List.copyOf(open.values());
    }

    @Override
    public CompletableFuture<Partition> own(
            TopicIdPartition id, int leaderEpoch, LogConfig config, TopicDurability durability) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<OptionalInt> release(TopicIdPartition id, int newLeaderEpoch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> resign(TopicIdPartition id, int newLeaderEpoch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> delete(TopicIdPartition id) {
        throw new UnsupportedOperationException();
    }
}
