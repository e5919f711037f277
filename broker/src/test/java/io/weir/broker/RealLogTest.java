package io.weir.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.broker.fake.Batches;
import io.weir.broker.fake.Calls;
import io.weir.broker.fake.FakeCluster;
import io.weir.broker.fake.FakeCluster.Change;
import io.weir.broker.fake.FixedLogDir;
import io.weir.broker.lookup.LeaderEndpoints;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.broker.ownership.Ownership;
import io.weir.broker.ownership.TopicSettings;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.NodeLogConfig;
import io.weir.log.TopicDurability;
import io.weir.log.partition.NodeLog;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.SystemTimer;
import org.apache.kafka.server.util.timer.SystemTimerReaper;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The role as it is wired in a server, on the real log, timer and threads, over a store in memory. */
class RealLogTest {
    private static final Uuid ORDERS = new Uuid(1, 1);
    private static final short PRODUCE_VERSION = 13;
    private static final short FETCH_VERSION = 18;

    private final MemoryStore store = new MemoryStore(Time.SYSTEM);
    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private Node node = new Node(1);

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void aWaitingConsumerGetsWhatAProducerSends() throws Exception {
        CompletableFuture<FetchResponseData> waiting = fetch(30_000, 1, 0, 0);
        assertThat(waiting).isNotDone();

        PartitionProduceResponse produced = produce(0, Batches.of(3));
        FetchResponseData answer = waiting.get(10, TimeUnit.SECONDS);

        assertThat(produced.baseOffset()).isZero();
        assertThat(offsets(answer)).containsExactly(0L, 1L, 2L);
        release(answer);
    }

    @Test
    void aFetchThatFindsNothingIsAnsweredInTime() throws Exception {
        FetchResponseData answer = fetch(50, 1, 0, 0).get(10, TimeUnit.SECONDS);

        assertThat(offsets(answer)).isEmpty();
        assertThat(Errors.forCode(only(answer).errorCode())).isEqualTo(Errors.NONE);
    }

    @Test
    void aRepeatedBatchKeepsItsOffsets() throws Exception {
        MemoryRecords batch = idempotent(0, 3);
        MemoryRecords again = idempotent(0, 3);
        MemoryRecords gap = idempotent(7, 1);

        assertThat(produce(0, batch).baseOffset()).isZero();
        PartitionProduceResponse repeated = produce(0, again);
        assertThat(Errors.forCode(repeated.errorCode())).isEqualTo(Errors.NONE);
        assertThat(repeated.baseOffset()).isZero();
        assertThat(Errors.forCode(produce(0, gap).errorCode())).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        FetchResponseData answer = fetch(0, 1, 0, 0).get(10, TimeUnit.SECONDS);
        assertThat(offsets(answer)).containsExactly(0L, 1L, 2L);
        release(answer);
    }

    @Test
    void afterARestartRecordsComeFromSegmentsAndFromTheCommitLog() throws Exception {
        produce(0, Batches.of(3));
        node.log.flushAll();
        produce(0, Batches.of(2));
        node.close();
        node = new Node(2);

        List<Long> seen = new ArrayList<>();
        while (seen.size() < 5) {
            FetchResponseData answer = fetch(1_000, 1, 0, seen.size()).get(10, TimeUnit.SECONDS);
            assertThat(Errors.forCode(only(answer).errorCode())).isEqualTo(Errors.NONE);
            assertThat(offsets(answer)).isNotEmpty();
            seen.addAll(offsets(answer));
            release(answer);
        }

        assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(produce(0, Batches.of(1)).baseOffset()).isEqualTo(5);
    }

    @Test
    void losingThePartitionEndsTheWait() throws Exception {
        CompletableFuture<FetchResponseData> waiting = fetch(30_000, 1, 0, 0);

        node.apply(FakeCluster.elect(ORDERS, 0, 2));

        assertThat(Errors.forCode(only(waiting.get(10, TimeUnit.SECONDS)).errorCode()))
                .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void offsetsByTime() throws Exception {
        produce(0, Batches.of(5)); // timestamps 1000 to 1004

        assertThat(offsetAt(1_002)).isEqualTo(2);
        assertThat(offsetAt(2_000)).isEqualTo(-1);
        assertThat(offsetAt(-1)).isEqualTo(5);
        assertThat(offsetAt(-2)).isZero();
        assertThat(offsetAt(-3)).isEqualTo(4);
    }

    @Test
    void aThousandFreshPartitionsAreOpenWithinASecond() throws Exception {
        Uuid wide = new Uuid(4, 4);
        List<ApiMessage> records = new ArrayList<>(List.of(FakeCluster.topic("wide", wide)));
        for (int i = 0; i < 1_000; i++) {
            records.add(FakeCluster.partition(wide, i, 1, 0));
        }
        Change change = node.cluster.apply(records.toArray(ApiMessage[]::new));

        CompletableFuture<Void> settled = node.ownership.apply(change.delta(), change.image());

        settled.get(1, TimeUnit.SECONDS);
        assertThat(node.log.all()).hasSize(1_002);
    }

    @Test
    void consumersFollowProducersOnManyThreads() throws Exception {
        int batches = 500;
        List<CompletableFuture<ProduceResponseData>> produced = new ArrayList<>();
        Thread producer = Thread.startVirtualThread(() -> {
            for (int i = 0; i < batches; i++) {
                produced.add(send(i % 2, Batches.of(1)));
            }
        });
        long[] next = new long[2];
        while (next[0] + next[1] < batches) {
            FetchResponseData answer = call(new FetchRequest(
                            fetchData(20_000, 1, at(0, next[0]), at(1, next[1])), FETCH_VERSION))
                    .thenApply(FetchResponseData.class::cast)
                    .get(20, TimeUnit.SECONDS);
            for (PartitionData partition : answer.responses().getFirst().partitions()) {
                for (long offset : offsetsOf(partition)) {
                    assertThat(offset).isEqualTo(next[partition.partitionIndex()]++);
                }
            }
            release(answer);
        }
        assertThat(producer.join(Duration.ofSeconds(10))).isTrue();
        for (CompletableFuture<ProduceResponseData> answer : produced) {
            assertThat(only(answer.get(10, TimeUnit.SECONDS)).errorCode()).isZero();
        }
    }

    private CompletableFuture<ProduceResponseData> send(int partition, MemoryRecords records) {
        ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000);
        data.topicData()
                .add(new TopicProduceData()
                        .setTopicId(ORDERS)
                        .setPartitionData(List.of(
                                new PartitionProduceData().setIndex(partition).setRecords(records))));
        return call(new ProduceRequest(data, PRODUCE_VERSION)).thenApply(ProduceResponseData.class::cast);
    }

    private PartitionProduceResponse produce(int partition, MemoryRecords records) throws Exception {
        return only(send(partition, records).get(10, TimeUnit.SECONDS));
    }

    private CompletableFuture<FetchResponseData> fetch(int maxWaitMs, int minBytes, int partition, long offset) {
        return call(new FetchRequest(fetchData(maxWaitMs, minBytes, at(partition, offset)), FETCH_VERSION))
                .thenApply(FetchResponseData.class::cast);
    }

    private static FetchRequestData fetchData(int maxWaitMs, int minBytes, FetchPartition... asked) {
        return new FetchRequestData()
                .setMaxWaitMs(maxWaitMs)
                .setMinBytes(minBytes)
                .setTopics(List.of(new FetchTopic().setTopicId(ORDERS).setPartitions(List.of(asked))));
    }

    private static FetchPartition at(int partition, long offset) {
        return new FetchPartition()
                .setPartition(partition)
                .setFetchOffset(offset)
                .setPartitionMaxBytes(1 << 20);
    }

    @Test
    void aSmallBatchDoesNotKeepTheLargeFrameThatItCameIn() throws Exception {
        MemoryRecords small = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1L, new byte[10]));
        MemoryRecords large = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1L, new byte[900_000]));
        for (int i = 0; i < 20; i++) {
            ProduceRequestData data =
                    new ProduceRequestData().setAcks((short) -1).setTimeoutMs(10_000);
            data.topicData()
                    .add(new TopicProduceData()
                            .setTopicId(ORDERS)
                            .setPartitionData(List.of(
                                    new PartitionProduceData().setIndex(0).setRecords(small),
                                    new PartitionProduceData().setIndex(99).setRecords(large))));
            ProduceResponseData answer = (ProduceResponseData)
                    call(new ProduceRequest(data, PRODUCE_VERSION)).get(10, TimeUnit.SECONDS);
            assertThat(answer.responses().iterator().next().partitionResponses())
                    .extracting(PartitionProduceResponse::errorCode)
                    .containsExactly(Errors.NONE.code(), Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        }
        assertThat(allocator.pinnedDirectMemory()).isLessThan(1_500_000);
        FetchResponseData read = fetch(1_000, 1, 0, 0).get(10, TimeUnit.SECONDS);
        assertThat(offsets(read)).hasSize(20);
        release(read);
    }

    private long offsetAt(long timestamp) throws Exception {
        ListOffsetsRequest request = ListOffsetsRequest.Builder.forConsumer(
                        true, IsolationLevel.READ_UNCOMMITTED, true, true, true, true)
                .setTargetTimes(List.of(new ListOffsetsTopic()
                        .setName("orders")
                        .setPartitions(List.of(
                                new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(timestamp)))))
                .build((short) 11);
        ListOffsetsResponseData answer = (ListOffsetsResponseData) call(request).get(10, TimeUnit.SECONDS);
        return answer.topics().getFirst().partitions().getFirst().offset();
    }

    /** As the wire does: the request lies in a pooled direct buffer that lives until the call is done. */
    private CompletableFuture<? extends ApiMessage> call(AbstractRequest request) {
        ByteBuffer bytes = Calls.bytes(request);
        ByteBuf frame = allocator.directBuffer(bytes.remaining()).writeBytes(bytes);
        return node.service
                .call(Calls.of(request, frame.nioBuffer(), "test-client", frame))
                .whenComplete((_, _) -> frame.release());
    }

    private static MemoryRecords idempotent(int sequence, int count) {
        SimpleRecord[] records = new SimpleRecord[count];
        Arrays.setAll(records, i -> new SimpleRecord(1_000L + i, new byte[8]));
        return MemoryRecords.withIdempotentRecords(Compression.NONE, 9L, (short) 0, sequence, records);
    }

    private static PartitionProduceResponse only(ProduceResponseData answer) {
        return answer.responses().iterator().next().partitionResponses().getFirst();
    }

    private static PartitionData only(FetchResponseData answer) {
        return answer.responses().getFirst().partitions().getFirst();
    }

    private static List<Long> offsets(FetchResponseData answer) {
        return offsetsOf(only(answer));
    }

    private static List<Long> offsetsOf(PartitionData partition) {
        List<Long> offsets = new ArrayList<>();
        if (partition.records() instanceof LeasedRecords leased) {
            leased.copy().records().forEach(record -> offsets.add(record.offset()));
        }
        return offsets;
    }

    private static void release(FetchResponseData answer) {
        answer.responses()
                .forEach(topic -> topic.partitions().forEach(partition -> {
                    if (partition.records() instanceof LeasedRecords leased) {
                        leased.release();
                    }
                }));
    }

    /** One life of node 1, wired as a server does it. */
    private final class Node implements AutoCloseable {
        private final FakeCluster cluster = new FakeCluster();
        private final ExecutorService executor = Executors.newFixedThreadPool(2);
        private final Timer timer = new SystemTimerReaper("broker-timer", new SystemTimer("broker"));
        private final BrokerConfig config = BrokerConfig.defaults();
        private final NodeLog log = new NodeLog(
                store,
                NodeLogConfig.defaults(),
                Time.SYSTEM,
                new PrometheusRegistry(),
                allocator,
                Uuid.ZERO_UUID,
                java.util.Optional.empty());
        private final BrokerMetrics metrics =
                new BrokerMetrics(new PrometheusRegistry(), log, config.maxMetricTopics());
        private final Ownership ownership = new Ownership(1, log, new DefaultSettings(), timer, metrics, config);
        private final BrokerService service = new BrokerService(
                new PartitionLookup(1, cluster, log, LeaderEndpoints.registered(cluster)),
                new FixedLogDir(),
                timer,
                Time.SYSTEM,
                executor,
                metrics,
                config);

        Node(long brokerEpoch) {
            log.recover(1);
            log.start(brokerEpoch);
            apply(
                    FakeCluster.broker(1),
                    FakeCluster.topic("orders", ORDERS),
                    FakeCluster.partition(ORDERS, 0, 1, 0),
                    FakeCluster.partition(ORDERS, 1, 1, 0));
        }

        void apply(ApiMessage... records) {
            Change change = cluster.apply(records);
            assertThat(ownership.apply(change.delta(), change.image())).succeedsWithin(Duration.ofSeconds(10));
        }

        @Override
        public void close() throws Exception {
            service.close();
            log.close();
            timer.close();
            executor.shutdown();
            assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static final class DefaultSettings implements TopicSettings {
        @Override
        public LogConfig logConfig(MetadataImage image, String topic) {
            return new LogConfig(Map.of());
        }

        @Override
        public TopicDurability durability(MetadataImage image, String topic) {
            return TopicDurability.DURABLE;
        }
    }
}
