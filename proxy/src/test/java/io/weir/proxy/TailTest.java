package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.cache.BlockCache;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentCacheConfig;
import io.weir.log.segment.SegmentConfig;
import io.weir.log.segment.SegmentEnd;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentWriter;
import io.weir.log.stored.StoredReads;
import io.weir.log.stored.StoredReadsConfig;
import io.weir.proxy.support.CountingStore;
import io.weir.proxy.support.FakeOwner;
import io.weir.proxy.support.Lease;
import io.weir.proxy.support.ManualTime;
import io.weir.proxy.support.TestCluster;
import io.weir.proxy.tail.TailConfig;
import io.weir.storage.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

/** Consumers on node 1 of a partition that node 2 owns, later node 3. */
class TailTest {
    private final CountingStore store = new CountingStore(new MemoryStore(Time.SYSTEM));
    private final FakeOwner owner = new FakeOwner();
    private final FakeOwner heir = new FakeOwner();
    private Uuid topic = Uuid.ZERO_UUID;
    private TestCluster cluster = cluster(TailConfig.defaults());

    private TestCluster cluster(TailConfig config) {
        ReadCacheConfig readCache = ReadCacheConfig.defaults();
        PrometheusRegistry registry = new PrometheusRegistry();
        BlockCache blocks = new BlockCache(readCache, Runnable::run, Time.SYSTEM, registry);
        SegmentCache segments = new SegmentCache(
                SegmentCacheConfig.defaults(), store, UnpooledByteBufAllocator.DEFAULT, registry, blocks);
        TestCluster made = new TestCluster(
                ProxyConfig.defaults().withTail(config),
                Optional.of(new StoredReads(
                        store, segments, readCache, StoredReadsConfig.defaults(), Runnable::run, new ManualTime())));
        made.broker(2).onAsync(ApiKeys.FETCH, owner::fetch);
        made.broker(3).onAsync(ApiKeys.FETCH, heir::fetch);
        made.view.registerBroker(3, "three.internal", 9094, "rack-b", false);
        topic = made.view.createMovableTopic("t", 2);
        return made;
    }

    private static TailConfig fetching(int bytes) {
        return new TailConfig(
                64L << 20,
                bytes,
                1 << 20,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Duration.ofMillis(200),
                Duration.ofMillis(20));
    }

    private FetchRequestData request(long offset, int maxBytes) {
        return new FetchRequestData()
                .setMaxWaitMs(500)
                .setMinBytes(1)
                .setMaxBytes(maxBytes)
                .setSessionEpoch(-1)
                .setTopics(new ArrayList<>(List.of(new FetchTopic()
                        .setTopicId(topic)
                        .setPartitions(List.of(new FetchPartition()
                                .setPartition(0)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(maxBytes))))));
    }

    private CompletableFuture<? extends ApiMessage> send(long offset) {
        return cluster.send(ApiKeys.FETCH, 17, request(offset, 1 << 20));
    }

    private static PartitionData partition(CompletableFuture<? extends ApiMessage> answer) {
        return ((FetchResponseData) TestCluster.now(answer))
                .responses()
                .getFirst()
                .partitions()
                .getFirst();
    }

    /** The offsets of the records, checked against their values; their lease is given back. */
    private static List<Long> offsets(PartitionData data, long from) {
        List<Long> offsets = new ArrayList<>();
        if (data.records() instanceof LeasedRecords leased) {
            MemoryRecords copy = leased.copy();
            leased.release();
            for (Record record : copy.records()) {
                assertThat(new String(bytes(record), StandardCharsets.UTF_8)).isEqualTo("record " + record.offset());
                if (record.offset() >= from) {
                    offsets.add(record.offset());
                }
            }
        }
        return offsets;
    }

    private static byte[] bytes(Record record) {
        byte[] bytes = new byte[record.valueSize()];
        record.value().get(bytes);
        return bytes;
    }

    private void segment(long from, long to, int epoch) {
        try (SegmentWriter writer = SegmentWriter.create(
                store, new SegmentId(topic, 0, from, epoch, 0), new SegmentConfig(4096, 1 << 20))) {
            owner.batches(from, to).forEach(writer::append);
            writer.finish(new SegmentEnd(to, List.of(), List.of(), List.of()));
        }
    }

    private void appendBatches(int batches) {
        for (int i = 0; i < batches; i++) {
            owner.append(10);
        }
    }

    @Test
    void manyConsumersCostTheOwnerAsMuchAsOne() {
        int[] fetches = new int[2];
        long[] ownerBytes = new long[2];
        int[] reads = new int[2];
        for (int run = 0; run < 2; run++) {
            TailTest one = new TailTest();
            one.consume(run == 0 ? 1 : 100);
            fetches[run] = one.owner.fetches();
            ownerBytes[run] = one.owner.bytes();
            reads[run] = one.store.reads() + one.store.lists();
        }
        System.out.printf(
                Locale.ROOT,
                "1 consumer: %d fetches, %d bytes of the owner, %d reads of the store; 100: %d, %d, %d%n",
                fetches[0],
                ownerBytes[0],
                reads[0],
                fetches[1],
                ownerBytes[1],
                reads[1]);
        assertThat(fetches[1]).isEqualTo(fetches[0]);
        assertThat(ownerBytes[1]).isEqualTo(ownerBytes[0]);
        assertThat(reads[1]).isEqualTo(reads[0]).isPositive();
    }

    /** From the beginning to the end, then at the end, while the owner appends; the oldest 80 % are in segments. */
    private void consume(int consumers) {
        appendBatches(100);
        cluster = cluster(fetching(2_000));
        segment(0, 400, 5);
        segment(400, 800, 5);
        long[] at = new long[consumers];
        while (at[consumers - 1] < owner.end()) {
            for (int i = 0; i < consumers; i++) {
                List<Long> found = offsets(partition(send(at[i])), at[i]);
                assertThat(found.getFirst()).isEqualTo(at[i]);
                at[i] = found.getLast() + 1;
            }
        }
        for (int round = 0; round < 50; round++) {
            List<CompletableFuture<? extends ApiMessage>> waiting = new ArrayList<>();
            for (long offset : at) {
                waiting.add(send(offset));
            }
            assertThat(owner.waiting()).isEqualTo(1);
            owner.append(10);
            owner.wake();
            for (int i = 0; i < consumers; i++) {
                List<Long> found = offsets(partition(waiting.get(i)), at[i]);
                assertThat(found).hasSize(10).startsWith(at[i]);
                at[i] += 10;
            }
        }
    }

    @Test
    void aConsumerAtTheEndWaitsAndIsToldOfItAll() {
        appendBatches(2);
        CompletableFuture<? extends ApiMessage> waiting = send(20);
        assertThat(waiting).isNotDone();
        owner.append(3);
        owner.wake();
        PartitionData found = partition(waiting);
        assertThat(found.highWatermark()).isEqualTo(23);
        assertThat(found.lastStableOffset()).isEqualTo(23);
        assertThat(found.logStartOffset()).isZero();
        assertThat(offsets(found, 0)).containsExactly(20L, 21L, 22L);

        CompletableFuture<? extends ApiMessage> inVain = send(23);
        cluster.timer.advanceClock(500);
        assertThat(offsets(partition(inVain), 0)).isEmpty();
        assertThat(partition(inVain).errorCode()).isZero();
    }

    @Test
    void boundsHoldAndTheFirstBatchComesWhole() {
        appendBatches(5);
        assertThat(offsets(partition(cluster.send(ApiKeys.FETCH, 17, request(0, 1))), 0))
                .hasSize(10);
        int two = 2 * owner.batches(10, 20).getFirst().remaining();
        assertThat(offsets(partition(cluster.send(ApiKeys.FETCH, 17, request(13, two + 5))), 13))
                .startsWith(13L)
                .endsWith(29L);
    }

    @Test
    void offsetsThatAreNotThereAreTheOwnersToJudge() {
        appendBatches(3);
        owner.startAt(10);
        assertThat(partition(send(5)).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(partition(send(31)).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(offsets(partition(send(10)), 10)).hasSize(20);
        int asked = owner.fetches();
        assertThat(partition(send(5)).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(owner.fetches()).as("by now it is known").isEqualTo(asked);
    }

    @Test
    void clientsWithOtherEpochsAreFenced() {
        appendBatches(1);
        FetchRequestData old = request(0, 1000);
        old.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(4);
        PartitionData fenced = partition(cluster.send(ApiKeys.FETCH, 17, old));
        assertThat(fenced.errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(fenced.currentLeader().leaderEpoch()).isEqualTo(5);
        old.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(6);
        assertThat(partition(cluster.send(ApiKeys.FETCH, 17, old)).errorCode())
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    }

    @Test
    void aMoveIsInvisible() {
        appendBatches(2);
        assertThat(offsets(partition(send(0)), 0)).hasSize(20);
        CompletableFuture<? extends ApiMessage> waiting = send(20);
        // The old owner lets go, the new one is not ready yet.
        owner.own(5, false);
        owner.wake();
        heir.append(10).append(10);
        heir.own(6, false);
        cluster.view.move(topic, 0, 3, 6);
        cluster.time.advance(30);
        cluster.timer.advanceClock(30);
        assertThat(waiting).isNotDone();
        heir.own(6, true);
        cluster.time.advance(30);
        cluster.timer.advanceClock(30);
        heir.append(5);
        heir.wake();
        assertThat(offsets(partition(waiting), 20)).containsExactly(20L, 21L, 22L, 23L, 24L);
        assertThat(owner.waiting()).isZero();
    }

    @Test
    void anOwnerThatHangsIsLeftWhenThereIsAnother() {
        appendBatches(1);
        assertThat(offsets(partition(send(0)), 0)).hasSize(10);
        CompletableFuture<? extends ApiMessage> waiting = send(10);
        assertThat(owner.waiting()).isEqualTo(1);
        heir.append(10).append(1);
        heir.own(6, true);
        cluster.view.move(topic, 0, 3, 6);
        assertThat(owner.waiting()).as("cancelled").isZero();
        assertThat(offsets(partition(waiting), 10)).containsExactly(10L);
    }

    @Test
    void theOldestGoFirstAndAllIsGivenBackInTheEnd() {
        cluster = cluster(TailConfig.ofBytes(2_000));
        long at = 0;
        for (int i = 0; i < 50; i++) {
            owner.append(10);
            owner.wake();
            List<Long> found = offsets(partition(send(at)), at);
            at = found.getLast() + 1;
        }
        assertThat(cluster.gauge("weir_proxy_tail_bytes")).isBetween(1.0, 2_000.0);
        assertThat(owner.leases().stream().filter(lease -> !lease.isReleased()).count())
                .isBetween(1L, 5L);
        assertThat(owner.waiting()).isEqualTo(1);

        cluster.time.advance(11_000);
        cluster.timer.advanceClock(3_000);
        assertThat(cluster.gauge("weir_proxy_tail_partitions")).isZero();
        assertThat(cluster.gauge("weir_proxy_tail_bytes")).isZero();
        assertThat(owner.leases()).allMatch(Lease::isReleased);
        assertThat(owner.waiting()).as("the subscription has ended").isZero();
        owner.append(1);
        assertThat(offsets(partition(send(at)), at)).endsWith(owner.end() - 1);
    }

    @Test
    void oldRecordsComeOutOfTheStoreAndTheRestFromTheOwner() {
        appendBatches(100);
        cluster = cluster(fetching(400));
        segment(0, 400, 5);
        segment(400, 800, 5);
        assertThat(offsets(partition(send(0)), 0)).startsWith(0L);
        assertThat(offsets(partition(send(100)), 100)).startsWith(100L);
        int before = owner.fetches();
        assertThat(offsets(partition(send(410)), 410)).startsWith(410L);
        assertThat(owner.fetches()).as("out of the store").isEqualTo(before);
        // No segment has it: the owner does.
        assertThat(offsets(partition(send(900)), 900)).startsWith(900L);
        assertThat(owner.fetches()).isGreaterThan(before);
    }

    @Test
    void aStaleOwnersSegmentIsNotUsedWhereANewerReaches() {
        appendBatches(20);
        cluster = cluster(fetching(400));
        // What the stale owner wrote late has other batches, so that one sees where records come from.
        FakeOwner stale = new FakeOwner().append(30).append(70);
        try (SegmentWriter writer =
                SegmentWriter.create(store, new SegmentId(topic, 0, 30, 4, 0), new SegmentConfig(4096, 1 << 20))) {
            stale.batches(30, 100).forEach(writer::append);
            writer.finish(new SegmentEnd(100, List.of(), List.of(), List.of()));
        }
        segment(0, 60, 5);
        segment(60, 200, 5);
        assertThat(offsets(partition(send(0)), 0)).startsWith(0L);
        int before = owner.fetches();
        PartitionData found = partition(cluster.send(ApiKeys.FETCH, 17, request(50, 100)));
        MemoryRecords records = ((LeasedRecords) found.records()).copy();
        assertThat(records.batches().iterator().next().baseOffset()).isEqualTo(50);
        assertThat(owner.fetches()).isEqualTo(before);
    }
}
