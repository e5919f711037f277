package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.get;
import static io.weir.log.partition.LogFixture.id;
import static io.weir.log.partition.LogFixture.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.weir.log.ClusterNodes;
import io.weir.log.Neighbours;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.PriorOwners;
import io.weir.log.PriorOwners.Answer;
import io.weir.log.TopicDurability;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.commitlog.CommitLogReader;
import io.weir.storage.memory.MemoryStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** Node 2 takes over what node 1 has, which is alive as far as is known: for how long it is asked, and for what. */
class TakeOversTest {
    private static final CommitLogId FIRST = new CommitLogId(1, 1);
    private static final long PATIENCE_MS =
            NodeLogConfig.defaults().letGoPatience().toMillis();

    private final SimulatedTime time = new SimulatedTime();
    private final MemoryStore store = new MemoryStore(time);
    private final NodeLog first = firstNode();

    /** Everybody knows every topic, and nobody keeps house. */
    private record Others(BooleanSupplier firstIsAlive) implements ClusterNodes {
        @Override
        public boolean alive(int nodeId, long brokerEpoch) {
            return firstIsAlive.getAsBoolean();
        }

        @Override
        public boolean exists(Uuid topicId) {
            return true;
        }

        @Override
        public boolean keepsHouse() {
            return false;
        }
    }

    /** It has a record in its commit log and nowhere else. */
    private NodeLog firstNode() {
        PriorOwners nobody = (node, epochs) -> CompletableFuture.failedFuture(new AssertionError("nobody to ask"));
        NodeLog log = LogFixture.among(
                new Neighbours(new Others(() -> false), nobody), store, time, LogThreads.simulated(), 1, 1);
        append(own(log, 0, 1).join(), records(1000, "a"));
        log.commitLog().orElseThrow().commitQueued();
        return log;
    }

    private static CompletableFuture<Partition> own(NodeLog log, int partition, int epoch) {
        return log.own(id(partition), epoch, new LogConfig(Map.of()), TopicDurability.DURABLE);
    }

    private boolean isSealed() {
        return new CommitLogReader(store, PooledByteBufAllocator.DEFAULT, LogFixture.BOOT).isSealed(FIRST, Set.of());
    }

    /** An answer that comes at its moment of a time that goes by only while somebody waits. */
    private final class SlowAnswer extends CompletableFuture<Map<TopicIdPartition, Answer>> {
        private final long atMs;
        private final Supplier<Map<TopicIdPartition, Answer>> what;

        SlowAnswer(long atMs, Supplier<Map<TopicIdPartition, Answer>> what) {
            this.atMs = atMs;
            this.what = what;
        }

        @Override
        public Map<TopicIdPartition, Answer> get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            time.sleep(Math.clamp(atMs - time.milliseconds(), 0, unit.toMillis(timeout)));
            if (time.milliseconds() < atMs) {
                throw new TimeoutException("it has much to write");
            }
            complete(what.get());
            return get();
        }
    }

    private Map<TopicIdPartition, Answer> letGo(Map<TopicIdPartition, Integer> newEpochs) {
        Map<TopicIdPartition, Answer> answers = new HashMap<>();
        newEpochs.forEach((partition, epoch) -> {
            var released = first.release(partition, epoch);
            first.flusher().work();
            answers.put(partition, LogFixture.answer(released.join(), epoch));
        });
        return answers;
    }

    /** @return what node 2 has then, which asked node 1 for partition 0 */
    private Partition takenOver(long answerAfterMs, BooleanSupplier firstIsAlive) {
        long answerAtMs = time.milliseconds() + answerAfterMs;
        PriorOwners slow = (node, epochs) -> new SlowAnswer(answerAtMs, () -> letGo(epochs));
        NodeLog second = LogFixture.among(
                new Neighbours(new Others(firstIsAlive), slow), store, time, LogThreads.simulated(), 2, 2);
        Partition partition = own(second, 0, 2).join();
        assertThat(partition.status().state()).isEqualTo(State.WRITABLE);
        assertThat(consume(partition, 0)).containsExactly("0=a");
        return partition;
    }

    @Test
    void aNodeThatIsAliveAndSlowHasAllOfThePatience() {
        takenOver(PATIENCE_MS - 10, () -> true);

        assertThat(isSealed()).isFalse();
    }

    @Test
    void aNodeThatIsAliveAndSaysNothingIsSealedWhenPatienceIsOver() {
        long start = time.milliseconds();
        takenOver(10 * PATIENCE_MS, () -> true);

        assertThat(isSealed()).isTrue();
        assertThat(time.milliseconds() - start).isBetween(PATIENCE_MS, PATIENCE_MS + 100);
    }

    @Test
    void aNodeThatDiesWhileItIsAskedIsGivenUpAtOnce() {
        long start = time.milliseconds();
        takenOver(10 * PATIENCE_MS, () -> time.milliseconds() < start + PATIENCE_MS / 2);

        assertThat(isSealed()).isTrue();
        assertThat(time.milliseconds() - start).isLessThan(PATIENCE_MS / 2 + 500);
    }

    /** What a round asks for, and its answer. */
    private record Asked(
            Map<TopicIdPartition, Integer> epochs, CompletableFuture<Map<TopicIdPartition, Answer>> answer) {
        void letGo() {
            Map<TopicIdPartition, Answer> all = new HashMap<>();
            epochs.keySet().forEach(partition -> all.put(partition, Answer.LET_GO));
            answer.complete(all);
        }
    }

    private static Asked next(BlockingQueue<Asked> questions) throws InterruptedException {
        Asked asked = questions.poll(20, TimeUnit.SECONDS);
        if (asked == null) {
            throw new AssertionError("no round asked within 20 s");
        }
        return asked;
    }

    @Test
    void aPartitionThatIsClosedAndOpenedAgainIsNeverInTwoRoundsAtOnce() throws Exception {
        BlockingQueue<Asked> questions = new LinkedBlockingQueue<>();
        PriorOwners told = (node, epochs) -> {
            Asked asked = new Asked(Map.copyOf(epochs), new CompletableFuture<>());
            questions.add(asked);
            return asked.answer();
        };
        try (NodeLog second = LogFixture.among(
                new Neighbours(new Others(() -> true), told), store, Time.SYSTEM, LogThreads.real(1), 2, 2)) {
            CompletableFuture<Partition> closed = own(second, 0, 2);
            Asked before = next(questions);
            assertThat(before.epochs()).isEqualTo(Map.of(id(0), 2));

            get(second.delete(id(0)));
            CompletableFuture<Partition> again = own(second, 0, 3);
            CompletableFuture<Partition> other = own(second, 1, 2);
            Asked beside = next(questions);
            assertThat(beside.epochs()).as("of the round beside").isEqualTo(Map.of(id(1), 2));
            beside.letGo();
            get(other);
            assertThat(questions).as("until the first attempt has ended").isEmpty();

            before.letGo();
            Asked after = next(questions);
            assertThat(after.epochs()).isEqualTo(Map.of(id(0), 3));
            assertThat(again).isNotDone();
            after.letGo();
            assertThat(get(again).status().state()).isEqualTo(State.WRITABLE);
            assertThat(closed.isDone() && !closed.isCompletedExceptionally())
                    .as("what was closed does not open any more")
                    .isFalse();
        }
    }
}
