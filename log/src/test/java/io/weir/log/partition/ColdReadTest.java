package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.await;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.get;
import static io.weir.log.partition.LogFixture.produce;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.ReadResult;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.storage.fault.Fault;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.ScriptedFaults;
import io.weir.storage.fault.Stall;
import io.weir.storage.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old records, which are in segments only, read through the cache. */
class ColdReadTest {
    private static final int BLOCK = 1000;

    private final FaultyStore store = new FaultyStore(new MemoryStore(Time.SYSTEM), new Random(1), delay -> {});

    /** Its tail holds no batch that is in a segment; each partition's segments are files of their own. */
    private LogFixture node(ReadCacheConfig readCache) {
        NodeLogConfig d = NodeLogConfig.defaults();
        return new LogFixture(
                store,
                10,
                new NodeLogConfig(
                        d.commitLog(),
                        d.commitLogMaxBytes(),
                        4000,
                        1,
                        d.segmentFlushInterval(),
                        10,
                        100,
                        1000,
                        d.producerIdExpiration(),
                        d.maxTransactionTimeoutMs(),
                        d.retentionCheckInterval(),
                        d.orphanAge(),
                        d.letGoPatience(),
                        readCache),
                LogFixture.BOOT);
    }

    private static ReadCacheConfig cache() {
        return new ReadCacheConfig(100_000, BLOCK, 5, 4, 8 * BLOCK, 2, 10);
    }

    private static ReadCacheConfig withoutReadAhead() {
        return new ReadCacheConfig(100_000, BLOCK, 4, 0, 0, 0, 0);
    }

    /** A partition with {@code count} records of a quarter of a block each, all but the last few only in segments. */
    private static Partition filled(LogFixture node, int number, int count) {
        Partition partition = node.own(number);
        for (int i = 0; i < count; i++) {
            produce(partition, value(i));
        }
        node.log.flushAll();
        // Something else fills the tail.
        Partition other = node.own(100 + number);
        for (int i = 0; i < 20; i++) {
            produce(other, value(i));
        }
        node.log.flushAll();
        return partition;
    }

    private static String value(int number) {
        return number + ":" + "x".repeat(BLOCK / 4 - 80);
    }

    private static String directory(int number) {
        return "topics/" + LogFixture.TOPIC + "/" + number + "/";
    }

    private static CompletableFuture<ReadResult> read(Partition partition, long offset, int maxBytes) {
        return partition.read(offset, maxBytes, true, IsolationLevel.READ_UNCOMMITTED);
    }

    private static int release(ReadResult result) {
        ReadResult.Found found = (ReadResult.Found) result;
        int bytes = found.records().sizeInBytes();
        found.records().release();
        return bytes;
    }

    private AtomicInteger countReads(String prefix) {
        AtomicInteger reads = new AtomicInteger();
        store.use((operation, path) -> {
            if (operation == Operation.READ && path.startsWith(prefix)) {
                reads.incrementAndGet();
            }
            return Fault.NONE;
        });
        return reads;
    }

    @Test
    void oldRecordsAreReadFromTheStoreOnce() {
        try (LogFixture node = node(withoutReadAhead())) {
            Partition partition = filled(node, 0, 40);
            AtomicInteger reads = countReads(directory(0));
            List<String> first = consume(partition, 0);
            assertThat(first).hasSize(40);
            assertThat(reads.get()).isPositive();
            int before = reads.get();
            assertThat(consume(partition, 0)).isEqualTo(first);
            assertThat(reads.get()).isEqualTo(before);
        }
    }

    /** A virtual thread that reads a file blocks the one under it: a few such reads on a sick disk would stop all. */
    @Test
    void theStoreIsReadOnThreadsForThat() {
        try (LogFixture node = node(cache())) {
            Partition partition = filled(node, 0, 40);
            List<Thread> readers = Collections.synchronizedList(new ArrayList<>());
            store.use((operation, path) -> {
                if (path.startsWith(directory(0))) {
                    readers.add(Thread.currentThread());
                }
                return Fault.NONE;
            });
            assertThat(consume(partition, 0)).hasSize(40);
            assertThat(readers).isNotEmpty().noneMatch(Thread::isVirtual);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoadThatStallsKeepsOnlyItsOwnReadersWaitingAndIsMadeOnce(boolean footerKnown) throws InterruptedException {
        try (LogFixture node = node(withoutReadAhead())) {
            Partition sick = filled(node, 0, 12);
            Partition well = filled(node, 1, 12);
            if (footerKnown) {
                get(sick.findMaxTimestamp());
            }
            List<CompletableFuture<ReadResult>> waiting = new ArrayList<>();
            AtomicInteger reads = countReads(directory(0));
            try (Stall stall = store.stall(Operation.READ, directory(0))) {
                for (int i = 0; i < 10; i++) {
                    waiting.add(read(sick, 0, BLOCK / 2));
                }
                assertThat(stall.awaitArrival(Duration.ofSeconds(20))).isTrue();
                assertThat(consume(well, 0)).hasSize(12);
                produce(sick, "still writable");
                produce(well, "too");
                waiting.getFirst().cancel(true);
                assertThat(waiting.subList(1, 10)).noneMatch(CompletableFuture::isDone);
            }
            for (CompletableFuture<ReadResult> one : waiting.subList(1, 10)) {
                assertThat(release(get(one))).isPositive();
            }
            assertThat(reads.get()).isEqualTo(footerKnown ? 1 : 2);
        }
    }

    @Test
    void aLoadThatFailsIsARetriableErrorAndTheNextReadLoadsAgain() {
        try (LogFixture node = node(withoutReadAhead())) {
            Partition partition = filled(node, 0, 12);
            get(partition.findMaxTimestamp());
            ScriptedFaults faults = new ScriptedFaults().once(Operation.READ, directory(0), new Fault.Before());
            store.use(faults);
            assertThat(Objects.requireNonNull(
                                    catchThrowableOfType(WeirException.class, () -> get(read(partition, 0, BLOCK / 2))))
                            .kind())
                    .isEqualTo(FaultKind.UNAVAILABLE);
            assertThat(faults.remaining()).isZero();
            assertThat(consume(partition, 0)).hasSize(12);
        }
    }

    @Test
    void whoReadsInOrderFindsTheNextBlocksInMemory() {
        try (LogFixture node = node(cache())) {
            Partition partition = filled(node, 0, 60);
            get(partition.findMaxTimestamp());
            AtomicInteger reads = countReads(directory(0));
            long at = 0;
            for (int i = 0; i < 2; i++) {
                ReadResult.Found found = (ReadResult.Found) get(read(partition, at, BLOCK));
                at = Batches.nextOffset(found.records());
                found.records().release();
            }
            // Two blocks were asked for; two more come by themselves.
            await(() -> reads.get() >= 4);
            store.use((operation, path) -> operation == Operation.READ ? new Fault.Before() : Fault.NONE);
            long next = at;
            await(() -> {
                CompletableFuture<ReadResult> answer = read(partition, next, BLOCK);
                boolean atOnce = answer.isDone();
                try {
                    return release(get(answer)) > 0 && atOnce;
                } catch (WeirException e) {
                    return false; // the block that is ahead has been read, but not put into the cache yet
                }
            });
        }
    }

    @Test
    void readAheadGoesOnIntoTheNextSegment() {
        try (LogFixture node = node(cache())) {
            Partition partition = node.own(0);
            for (int i = 0; i < 10; i++) {
                produce(partition, value(i));
                node.log.flushAll();
            }
            filled(node, 1, 1);
            AtomicInteger reads = countReads(directory(0));
            release(get(read(partition, 0, 1)));
            release(get(read(partition, 1, 1)));
            // 2 * BLOCK ahead: eight segments of a quarter of a block, each with its footer.
            await(() -> reads.get() >= 4 + 2 * 7);
        }
    }

    @Test
    void manySmallSegmentsFillOneAnswer() {
        try (LogFixture node = node(withoutReadAhead())) {
            Partition partition = node.own(0);
            for (int i = 0; i < 10; i++) {
                produce(partition, value(i));
                node.log.flushAll();
            }
            filled(node, 1, 1);
            assertThat(release(get(read(partition, 0, 2 * BLOCK)))).isGreaterThan(BLOCK);
        }
    }

    @Test
    void deletedRecordsLeaveTheMemory() {
        try (LogFixture node = node(withoutReadAhead())) {
            Partition partition = filled(node, 0, 40);
            assertThat(consume(partition, 0)).hasSize(40);
            assertThat(Objects.requireNonNull(node.log.blocks()).liveBytes()).isPositive();
            get(partition.deleteRecordsBefore(40));
            node.log.flusher().maintain();
            assertThat(store.list(directory(0))).isEmpty();
            assertThat(Objects.requireNonNull(node.log.blocks()).liveBytes()).isZero();
        }
    }

    @Test
    void aDeletedTopicLeavesTheMemory() {
        try (LogFixture node = node(withoutReadAhead())) {
            Partition partition = filled(node, 0, 40);
            assertThat(consume(partition, 0)).hasSize(40);
            get(node.log.delete(LogFixture.id(0)));
            assertThat(Objects.requireNonNull(node.log.blocks()).liveBytes()).isZero();
        }
    }

    @Test
    void withoutACacheEveryReadGoesToTheStore() {
        try (LogFixture node = node(ReadCacheConfig.ofBytes(0))) {
            Partition partition = filled(node, 0, 40);
            AtomicInteger reads = countReads(directory(0));
            assertThat(consume(partition, 0)).hasSize(40);
            int before = reads.get();
            assertThat(consume(partition, 0)).hasSize(40);
            assertThat(reads.get()).isGreaterThan(before);
        }
    }
}
