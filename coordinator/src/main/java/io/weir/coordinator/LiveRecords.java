package io.weir.coordinator;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The last value of every key, gathered while the offsets log is replayed. Gives up, and frees what it holds, when
 * the live records grow beyond a bound, or when it meets a transaction: whether its records live depends on a marker
 * that may be yet to come, so such a log is left as it is. One thread.
 */
final class LiveRecords {
    /** A live record and where it was. */
    record Entry(long offset, long timestampMs, ByteBuffer key, ByteBuffer value) {
        int sizeBytes() {
            return key.remaining() + value.remaining();
        }
    }

    private final long maxBytes;
    private @Nullable Map<ByteBuffer, Entry> byKey;
    private long sizeBytes;
    private long seen;

    private LiveRecords(long maxBytes, @Nullable Map<ByteBuffer, Entry> byKey) {
        this.maxBytes = maxBytes;
        this.byKey = byKey;
    }

    /** Holds keys and values of at most {@code maxBytes}. */
    static LiveRecords upTo(long maxBytes) {
        return new LiveRecords(maxBytes, new HashMap<>());
    }

    /** Gathers nothing. */
    static LiveRecords none() {
        return new LiveRecords(0, null);
    }

    void batch(RecordBatch batch) {
        if (batch.isTransactional() || batch.isControlBatch()) {
            giveUp();
        }
    }

    void record(Record record) {
        Map<ByteBuffer, Entry> live = byKey;
        if (live == null || !record.hasKey()) {
            return;
        }
        seen++;
        ByteBuffer key = copy(record.key());
        Entry before = live.remove(key);
        if (before != null) {
            sizeBytes -= before.sizeBytes();
        }
        if (record.hasValue()) {
            Entry entry = new Entry(record.offset(), record.timestamp(), key, copy(record.value()));
            live.put(key, entry);
            sizeBytes += entry.sizeBytes();
            if (sizeBytes > maxBytes) {
                giveUp();
            }
        }
    }

    /** Everything was gathered, and at least half of the records are dead. */
    boolean worthRewriting() {
        return byKey != null && byKey.size() <= seen / 2;
    }

    /** In the order of the log, on which the coordinator's replay relies. */
    List<Entry> inOrder() {
        Collection<Entry> entries = byKey == null ? List.of() : byKey.values();
        return entries.stream().sorted(Comparator.comparingLong(Entry::offset)).toList();
    }

    private void giveUp() {
        byKey = null;
        sizeBytes = 0;
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
