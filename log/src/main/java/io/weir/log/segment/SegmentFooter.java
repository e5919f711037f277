package io.weir.log.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.jspecify.annotations.Nullable;

/** A segment's footer: everything but the producers. Immutable; docs/formats/segment.md has the bytes. */
record SegmentFooter(
        SegmentId id,
        long nextOffset,
        long recordCount,
        long minTimestampMs,
        long maxTimestampMs,
        long offsetOfMaxTimestamp,
        BlockIndex blocks,
        List<EpochEntry> epochs,
        List<AbortedTransactionEntry> abortedTransactions) {
    private static final int FIXED_BYTES = 88;
    private static final int EPOCH_BYTES = 12;
    private static final int ABORTED_BYTES = 32;

    /** What it takes in memory, roughly. */
    long memoryBytes() {
        return 200L
                + (long) blocks.count() * BlockIndex.ENTRY_BYTES
                + 32L * epochs.size()
                + 56L * abortedTransactions.size();
    }

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(
                Math.toIntExact(encodedBytes(blocks.count(), epochs.size(), abortedTransactions.size())));
        bytes.putLong(id.topicId().getMostSignificantBits())
                .putLong(id.topicId().getLeastSignificantBits())
                .putInt(id.partition())
                .putInt(id.leaderEpoch())
                .putInt(id.generation())
                .putLong(id.baseOffset())
                .putLong(nextOffset)
                .putLong(recordCount)
                .putLong(minTimestampMs)
                .putLong(maxTimestampMs)
                .putLong(offsetOfMaxTimestamp)
                .putInt(blocks.count())
                .putInt(epochs.size())
                .putInt(abortedTransactions.size());
        blocks.write(bytes);
        for (EpochEntry epoch : epochs) {
            bytes.putInt(epoch.epoch()).putLong(epoch.startOffset());
        }
        for (AbortedTransactionEntry aborted : abortedTransactions) {
            bytes.putLong(aborted.producerId())
                    .putLong(aborted.firstOffset())
                    .putLong(aborted.lastOffset())
                    .putLong(aborted.lastStableOffset());
        }
        return bytes.flip();
    }

    /** Reads a footer whose checksum is right; null when what it says cannot be. */
    static @Nullable SegmentFooter decode(ByteBuffer bytes, int dataBytes) {
        if (bytes.remaining() < FIXED_BYTES) {
            return null;
        }
        int length = bytes.remaining();
        Uuid topicId = new Uuid(bytes.getLong(), bytes.getLong());
        int partition = bytes.getInt();
        int leaderEpoch = bytes.getInt();
        int generation = bytes.getInt();
        long baseOffset = bytes.getLong();
        long nextOffset = bytes.getLong();
        long recordCount = bytes.getLong();
        long minTimestampMs = bytes.getLong();
        long maxTimestampMs = bytes.getLong();
        long offsetOfMaxTimestamp = bytes.getLong();
        int blockCount = bytes.getInt();
        int epochCount = bytes.getInt();
        int abortedCount = bytes.getInt();
        if (partition < 0
                || leaderEpoch < 0
                || generation < 0
                || generation > SegmentId.MAX_GENERATION
                || baseOffset < 0
                || nextOffset < baseOffset
                || blockCount < 0
                || epochCount < 0
                || abortedCount < 0
                || encodedBytes(blockCount, epochCount, abortedCount) != length) {
            return null;
        }
        BlockIndex blocks = BlockIndex.read(bytes, blockCount, baseOffset, nextOffset, dataBytes);
        if (blocks == null) {
            return null;
        }
        return new SegmentFooter(
                new SegmentId(topicId, partition, baseOffset, leaderEpoch, generation),
                nextOffset,
                recordCount,
                minTimestampMs,
                maxTimestampMs,
                offsetOfMaxTimestamp,
                blocks,
                readEpochs(bytes, epochCount),
                readAborted(bytes, abortedCount));
    }

    private static List<EpochEntry> readEpochs(ByteBuffer bytes, int count) {
        List<EpochEntry> epochs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            epochs.add(new EpochEntry(bytes.getInt(), bytes.getLong()));
        }
        return List.copyOf(epochs);
    }

    private static List<AbortedTransactionEntry> readAborted(ByteBuffer bytes, int count) {
        List<AbortedTransactionEntry> aborted = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            aborted.add(
                    new AbortedTransactionEntry(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()));
        }
        return List.copyOf(aborted);
    }

    private static long encodedBytes(long blocks, long epochs, long aborted) {
        return FIXED_BYTES + blocks * BlockIndex.ENTRY_BYTES + epochs * EPOCH_BYTES + aborted * ABORTED_BYTES;
    }
}
