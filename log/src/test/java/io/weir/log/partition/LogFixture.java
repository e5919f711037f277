package io.weir.log.partition;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.buffer.LeasedRecords;
import io.weir.log.Neighbours;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PriorOwners.Answer;
import io.weir.log.ReadResult;
import io.weir.log.TopicDurability;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A node's log over a store that outlives it, and the few verbs that the scenarios use. */
final class LogFixture implements AutoCloseable {
    static final Uuid TOPIC = new Uuid(7, 7);
    static final Uuid BOOT = new Uuid(1, 2);

    final Store store;
    final NodeLog log;

    /** One life of a node: recovers, starts under {@code epoch}. */
    LogFixture(Store store, long epoch, NodeLogConfig config, Uuid boot) {
        this.store = store;
        this.log = new NodeLog(
                store,
                config,
                Time.SYSTEM,
                new PrometheusRegistry(),
                PooledByteBufAllocator.DEFAULT,
                boot,
                Optional.empty());
        log.recover(1);
        log.start(epoch);
    }

    static LogFixture open(Store store, long epoch) {
        return new LogFixture(store, epoch, NodeLogConfig.defaults(), BOOT);
    }

    /** A life of a node that shares the store with others, begun. */
    static NodeLog among(Neighbours others, Store store, Time time, LogThreads threads, int node, long brokerEpoch) {
        NodeLog log = new NodeLog(
                store,
                NodeLogConfig.defaults(),
                time,
                new PrometheusRegistry(),
                PooledByteBufAllocator.DEFAULT,
                BOOT,
                Optional.of(others),
                threads);
        log.recover(node);
        log.start(brokerEpoch);
        return log;
    }

    /** What a node says that has let go. */
    static Answer answer(OptionalInt openUnder, int newEpoch) {
        return openUnder.isPresent() && openUnder.getAsInt() == newEpoch - 1 ? Answer.LET_GO_WHOLE : Answer.LET_GO;
    }

    static TopicIdPartition id(int partition) {
        return new TopicIdPartition(TOPIC, partition, "t");
    }

    Partition own(int partition) {
        return own(partition, Map.of(), TopicDurability.DURABLE);
    }

    Partition own(int partition, Map<String, String> config, TopicDurability durability) {
        return get(log.own(id(partition), 3, new LogConfig(config), durability));
    }

    /** A batch in a pooled direct buffer, as it comes off the wire. */
    static ByteBuf frame(MemoryRecords records) {
        ByteBuf frame = PooledByteBufAllocator.DEFAULT.directBuffer(records.sizeInBytes());
        frame.writeBytes(records.buffer().duplicate());
        return frame;
    }

    static MemoryRecords records(long timestamp, String... values) {
        return MemoryRecords.withRecords(Compression.NONE, simple(timestamp, values));
    }

    static MemoryRecords idempotent(long producer, int sequence, String... values) {
        return MemoryRecords.withIdempotentRecords(
                Compression.NONE, producer, (short) 0, sequence, simple(1000, values));
    }

    private static SimpleRecord[] simple(long timestamp, String... values) {
        SimpleRecord[] records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] =
                    new SimpleRecord(timestamp + i, null, values[i].getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return records;
    }

    /** Appends as a client does, from a frame that is let go at once. */
    static Pending append(Partition partition, MemoryRecords records) {
        ByteBuf frame = frame(records);
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        CompletableFuture<Partition.Appended> appended = partition.append(
                MemoryRecords.readableRecords(frame.nioBuffer()),
                frame,
                AppendOrigin.CLIENT,
                (short) 0,
                new Partition.AppendListener() {
                    @Override
                    public void acknowledged() {
                        acknowledged.complete(null);
                    }

                    @Override
                    public void failed(Exception cause) {
                        acknowledged.completeExceptionally(cause);
                    }
                });
        frame.release();
        return new Pending(appended, acknowledged);
    }

    record Pending(CompletableFuture<Partition.Appended> appended, CompletableFuture<Void> acknowledged) {
        Partition.Appended durable() {
            Partition.Appended offsets = get(appended);
            get(acknowledged);
            return offsets;
        }
    }

    static Partition.Appended produce(Partition partition, String... values) {
        return append(partition, records(1000, values)).durable();
    }

    /** Every readable record from {@code offset}, as {@code offset=value}, reading like a consumer does. */
    static List<String> consume(Partition partition, long offset) {
        List<String> found = new ArrayList<>();
        long at = offset;
        while (true) {
            ReadResult result = get(partition.read(at, 1 << 20, true, IsolationLevel.READ_UNCOMMITTED));
            if (!(result instanceof ReadResult.Found batches)) {
                throw new AssertionError("read at " + at + ": " + result);
            }
            LeasedRecords records = batches.records();
            if (records.sizeInBytes() == 0) {
                return found;
            }
            for (Record record : records.copy().records()) {
                if (record.offset() >= at) {
                    found.add(record.offset() + "=" + text(record.value()));
                    at = record.offset() + 1;
                }
            }
            records.release();
        }
    }

    static String text(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** Until the condition holds, at most twenty seconds. */
    static void await(BooleanSupplier condition) {
        long end = Time.SYSTEM.milliseconds() + 20_000;
        while (!condition.getAsBoolean()) {
            if (Time.SYSTEM.milliseconds() > end) {
                throw new AssertionError("did not come true within 20 s");
            }
            Time.SYSTEM.sleep(1);
        }
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
