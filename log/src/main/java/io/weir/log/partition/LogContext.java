package io.weir.log.partition;

import io.netty.buffer.ByteBufAllocator;
import io.weir.log.commitlog.LogEntry;
import io.weir.log.tail.TailCache;
import java.util.concurrent.Executor;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;

/**
 * What all partitions of a node share.
 *
 * @param cache budget for batches in memory
 * @param allocator of pooled, direct buffers for them
 * @param gate where appends wait for that budget
 * @param window budget for what is acknowledged before it is durable
 * @param health whether the store takes anything just now
 * @param sink takes entries to the commit log, in the order of the calls
 * @param validator what may enter
 * @param blocking runs reads of the store, a virtual thread each
 * @param reads counts them
 * @param readAhead is told of them
 * @param producers when idle producers are forgotten
 * @param maxTransactionTimeoutMs Kafka's transaction.max.timeout.ms
 */
public record LogContext(
        TailCache cache,
        ByteBufAllocator allocator,
        AppendGate gate,
        BufferWindow window,
        StoreHealth health,
        Sink sink,
        BatchValidator validator,
        Executor blocking,
        ReadCounter reads,
        ReadAhead readAhead,
        ProducerStateManagerConfig producers,
        int maxTransactionTimeoutMs,
        Time time) {
    /** The way to the commit log. */
    @FunctionalInterface
    public interface Sink {
        /** @throws io.weir.common.error.WeirException FENCED or CLOSED when the log has ended */
        void submit(LogEntry entry);
    }
}
