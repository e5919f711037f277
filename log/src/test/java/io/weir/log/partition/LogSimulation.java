package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.ReadResult;
import io.weir.log.TopicDurability;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.commitlog.CommitLogConfig;
import io.weir.storage.fault.FaultPlan;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.RandomFaults;
import io.weir.storage.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * One seeded run: producers append to a few partitions, the log commits, flushes, expires, crashes and comes back.
 * The model knows for every partition what was acknowledged; after each crash the log must hold all of it, in order,
 * each batch once, with dense offsets, perhaps followed by batches that were under way.
 */
final class LogSimulation {
    private static final int PARTITIONS = 3;
    private static final EnumSet<Operation> FALLIBLE = EnumSet.of(
            Operation.CREATE,
            Operation.APPEND,
            Operation.FLUSH,
            Operation.SEAL,
            Operation.DELETE,
            Operation.OPEN,
            Operation.READ);

    private final Random random;
    private final SimulatedTime time = new SimulatedTime();
    private final FaultyStore store;
    private final Map<Integer, Model> models = new HashMap<>();
    private final StringBuilder trace = new StringBuilder();
    private NodeLog log;
    private long epoch = 10;

    /** What one partition must hold: values by offset, those that were acknowledged and those under way. */
    private static final class Model {
        final List<String> sent = new ArrayList<>();
        int acknowledged;
        long logStart;
        int nextSequence;
    }

    private Model model(int number) {
        return Objects.requireNonNull(models.get(number));
    }

    LogSimulation(long seed) {
        this.random = new Random(seed);
        this.store = new FaultyStore(new MemoryStore(time, random.nextBoolean() ? 1 : 512), random, delay -> {});
        for (int i = 0; i < PARTITIONS; i++) {
            models.put(i, new Model());
        }
        this.log = start();
    }

    /** Runs to the end and returns what happened, for comparing runs. */
    String run() {
        int steps = 20 + random.nextInt(60);
        for (int i = 0; i < steps; i++) {
            step();
        }
        store.heal();
        log.commitLog().orElseThrow().commitQueued();
        crash();
        return trace.toString();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 50) {
            append(random.nextInt(PARTITIONS));
        } else if (dice < 60) {
            read(random.nextInt(PARTITIONS));
        } else if (dice < 80) {
            log.commitLog().orElseThrow().commitQueued();
        } else if (dice < 88) {
            log.commitLog().orElseThrow().commitQueued();
            attempt(log::flushAll);
        } else if (dice < 91) {
            deleteRecords(random.nextInt(PARTITIONS));
        } else if (dice < 94) {
            sicken();
        } else if (dice < 95) {
            giveBack(random.nextInt(PARTITIONS));
        } else if (dice < 97) {
            log.commitLog().orElseThrow().commitQueued();
            attempt(() -> log.flusher().work());
        } else {
            crash();
        }
    }

    /** The controller takes a partition away and, perhaps after a while, gives it back. */
    private void giveBack(int number) {
        Partition partition = log.find(LogFixture.id(number).topicPartition()).orElseThrow();
        int fencedAt = partition.leaderEpoch() + 1;
        LogFixture.get(log.resign(LogFixture.id(number), fencedAt));
        if (random.nextBoolean()) {
            log.commitLog().orElseThrow().commitQueued();
            attempt(log::flushAll);
        }
        LogFixture.get(log.own(LogFixture.id(number), fencedAt + 1, partition.config(), TopicDurability.DURABLE));
        trace.append("given back ").append(number).append('\n');
    }

    private void sicken() {
        store.use(
                random.nextBoolean()
                        ? FaultPlan.none()
                        : new RandomFaults(random, new RandomFaults.Rates(0.1, 0.1, 0, Duration.ZERO, FALLIBLE)));
    }

    /** The flusher's own thread would log an operating fault and try again later. */
    private void attempt(Runnable action) {
        try {
            action.run();
        } catch (WeirException e) {
            assertThat(e.kind()).isIn(FaultKind.UNAVAILABLE, FaultKind.INVALID);
            trace.append("failed ").append(e.kind()).append('\n');
        }
    }

    private void append(int number) {
        Model model = model(number);
        Partition partition = log.find(LogFixture.id(number).topicPartition()).orElseThrow();
        String[] values = new String[1 + random.nextInt(3)];
        for (int i = 0; i < values.length; i++) {
            values[i] = number + ":" + (model.sent.size() + i);
        }
        int end = model.sent.size() + values.length;
        LogFixture.Pending pending =
                LogFixture.append(partition, LogFixture.idempotent(number, model.nextSequence, values));
        CompletableFuture<Void> told =
                pending.acknowledged().thenRun(() -> model.acknowledged = Math.max(model.acknowledged, end));
        assertThat(pending.appended().join().firstOffset()).isEqualTo(model.sent.size());
        model.sent.addAll(List.of(values));
        model.nextSequence += values.length;
        trace.append(told.isDone() ? "at once " : "")
                .append("append ")
                .append(number)
                .append(' ')
                .append(end)
                .append('\n');
    }

    /** A reader goes a few steps through the partition, from anywhere. */
    private void read(int number) {
        Model model = model(number);
        Partition partition = log.find(LogFixture.id(number).topicPartition()).orElseThrow();
        long at = partition.logStartOffset()
                + random.nextInt((int) (partition.highWatermark() - partition.logStartOffset()) + 1);
        int steps = 1 + random.nextInt(6);
        for (int i = 0; i < steps; i++) {
            CompletableFuture<ReadResult> read =
                    partition.read(at, random.nextInt(1500), true, IsolationLevel.READ_UNCOMMITTED);
            if (read.isCompletedExceptionally()) {
                attempt(() -> LogFixture.get(read));
                return;
            }
            ReadResult.Found found = (ReadResult.Found) read.join();
            for (Record record : found.records().copy().records()) {
                assertThat(LogFixture.text(record.value()))
                        .as("partition %d offset %d", number, record.offset())
                        .isEqualTo(model.sent.get((int) record.offset()));
                at = record.offset() + 1;
            }
            found.records().release();
        }
        trace.append("read ").append(number).append(' ').append(at).append('\n');
    }

    private void deleteRecords(int number) {
        Model model = model(number);
        Partition partition = log.find(LogFixture.id(number).topicPartition()).orElseThrow();
        long offset = partition.logStartOffset()
                + random.nextInt((int) (partition.highWatermark() - partition.logStartOffset()) + 1);
        CompletableFuture<Void> told = partition
                .deleteRecordsBefore(offset)
                .thenAccept(start -> model.logStart = Math.max(model.logStart, start));
        trace.append(told.isDone() ? "at once " : "")
                .append("delete ")
                .append(number)
                .append(' ')
                .append(offset)
                .append('\n');
    }

    private void crash() {
        trace.append("crash ").append(epoch).append('\n');
        store.crash();
        store.heal();
        epoch++;
        log = start();
        models.forEach(this::check);
    }

    private void check(int number, Model model) {
        Partition partition = log.find(LogFixture.id(number).topicPartition()).orElseThrow();
        int end = (int) partition.logEndOffset();
        assertThat(end)
                .as("partition %d: acknowledged records are there", number)
                .isGreaterThanOrEqualTo(model.acknowledged);
        assertThat(end).as("partition %d: nothing came from nowhere", number).isLessThanOrEqualTo(model.sent.size());
        assertThat(partition.highWatermark()).isEqualTo(end);
        assertThat(partition.logStartOffset())
                .as("partition %d: deleted stays deleted", number)
                .isGreaterThanOrEqualTo(model.logStart);
        List<String> expected = new ArrayList<>();
        for (int offset = (int) partition.logStartOffset(); offset < end; offset++) {
            expected.add(offset + "=" + model.sent.get(offset));
        }
        assertThat(LogFixture.consume(partition, partition.logStartOffset())).isEqualTo(expected);
        // Producers go on from what is there, as a client does that asks what became of its batches.
        while (model.sent.size() > end) {
            model.sent.removeLast();
        }
        model.nextSequence = end;
        model.acknowledged = end;
        model.logStart = partition.logStartOffset();
        trace.append("check ").append(number).append(' ').append(end).append('\n');
    }

    private NodeLog start() {
        NodeLogConfig d = NodeLogConfig.defaults();
        NodeLog made = new NodeLog(
                store,
                new NodeLogConfig(
                        new CommitLogConfig(4096 + random.nextInt(4000), 4096, Duration.ZERO, Duration.ofSeconds(1), 0),
                        random.nextInt(10_000),
                        1 << 20,
                        200 + random.nextInt(2000),
                        d.segmentFlushInterval(),
                        4,
                        100 + random.nextInt(1000),
                        1000,
                        d.producerIdExpiration(),
                        d.maxTransactionTimeoutMs(),
                        d.retentionCheckInterval(),
                        d.orphanAge(),
                        d.letGoPatience(),
                        new ReadCacheConfig(random.nextInt(3000), 500, 2, 1, 1000, 1, 2)),
                time,
                new PrometheusRegistry(),
                PooledByteBufAllocator.DEFAULT,
                random.nextBoolean() ? Uuid.ZERO_UUID : LogFixture.BOOT,
                java.util.Optional.empty(),
                LogThreads.simulated());
        made.recover(1);
        made.start(epoch);
        for (int i = 0; i < PARTITIONS; i++) {
            LogFixture.get(made.own(
                    LogFixture.id(i),
                    (int) epoch * 1000,
                    new LogConfig(Map.of("retention.ms", "-1")),
                    TopicDurability.DURABLE));
        }
        return made;
    }
}
