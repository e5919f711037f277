package io.weir.broker.fake;

import io.weir.log.Partition;
import io.weir.log.TopicDurability;
import io.weir.log.fake.FakePartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.FencedLeaderEpochException;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;

/** Partitions that notes what was asked of it. */
public final class AskedPartitions extends FakePartitions<FakePartition> {
    private final List<CompletableFuture<Void>> gates = new ArrayList<>();

    /** What was asked, in words, in order. */
    public final List<String> asked = new ArrayList<>();
    /** Opening waits for {@link #open}. */
    public volatile boolean slow;
    /** The next openings fail with it. */
    public volatile @Nullable RuntimeException fault;

    /** Lets slow openings go on. */
    public void open() {
        slow = false;
        gates.forEach(gate -> gate.complete(null));
    }

    @Override
    public CompletableFuture<Partition> own(
            TopicIdPartition id, int leaderEpoch, LogConfig config, TopicDurability durability) {
        asked.add("own " + id.topicPartition() + " epoch " + leaderEpoch);
        if (fault != null) {
            return CompletableFuture.failedFuture(fault);
        }
        CompletableFuture<Void> gate = new CompletableFuture<>();
        if (slow) {
            gates.add(gate);
        } else {
            gate.complete(null);
        }
        return gate.thenApply(ready -> {
            FakePartition partition = new FakePartition(id, leaderEpoch);
            partition.configure(config, durability);
            return add(partition);
        });
    }

    @Override
    public CompletableFuture<Void> resign(TopicIdPartition id, int newLeaderEpoch) {
        asked.add("resign " + id.topicPartition() + " epoch " + newLeaderEpoch);
        remove(id.topicPartition());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<OptionalInt> release(TopicIdPartition id, int newLeaderEpoch) {
        asked.add("release " + id.topicPartition() + " epoch " + newLeaderEpoch);
        if (fault != null) {
            return CompletableFuture.failedFuture(fault);
        }
        Optional<Partition> known =
                find(id.topicPartition()).filter(open -> open.id().equals(id));
        if (known.isPresent()) {
            if (known.get().leaderEpoch() >= newLeaderEpoch) {
                return CompletableFuture.failedFuture(new FencedLeaderEpochException("owned under a later epoch"));
            }
            remove(id.topicPartition());
            return CompletableFuture.completedFuture(OptionalInt.of(known.get().leaderEpoch()));
        }
        return CompletableFuture.completedFuture(OptionalInt.empty());
    }

    @Override
    public CompletableFuture<Void> delete(TopicIdPartition id) {
        asked.add("delete " + id.topicPartition());
        remove(id.topicPartition());
        return CompletableFuture.completedFuture(null);
    }
}
