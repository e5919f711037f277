package io.weir.metadata.raft;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.server.common.CheckpointFile;
import org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells damage from a torn end before Kafka's recovery sees the metadata log: recovery cuts a segment at the first
 * bad byte, wherever that is, and would silently forget every topic created after it. Only what a crash can leave
 * may be cut: a last batch that is too short, or an end that is all zeros (a length that reached the disk before
 * the bytes did). Anything else is reported, by file and position.
 */
final class MetadataLogCheck {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataLogCheck.class);

    /** No metadata batch ends in this many zeros; a block that never reached the disk does. */
    private static final int ZEROS_OF_A_TORN_BLOCK = 64;

    /** Twice the largest batch of a metadata log: far enough to find the next one. */
    private static final int LOOK_AHEAD_BYTES = 16 << 20;

    /** Where a batch keeps what its own checksum does not cover, and how many offsets it spans. */
    private static final int OFFSET_AT = 0;

    /** The only one that Kafka writes. */
    private static final int EPOCHS_VERSION = 0;

    private static final int EPOCH_AT = 12;
    private static final int LAST_OFFSET_DELTA_AT = 23;

    private MetadataLogCheck() {}

    /** @throws WeirException CORRUPT, naming the file and the position, when the log or a snapshot is damaged */
    static void check(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> segments = list(directory, "*.log");
        for (int i = 0; i < segments.size(); i++) {
            checkFile(segments.get(i), allEmpty(segments.subList(i + 1, segments.size())));
        }
        for (Path snapshot : list(directory, "*.checkpoint")) {
            checkFile(snapshot, false);
        }
        checkEpochs(LeaderEpochCheckpointFile.newFile(directory.toFile()).toPath());
    }

    /** Kafka reads it again; but what it throws for a number that is none does not say in which file. */
    private static void checkEpochs(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (BufferedReader in = Files.newBufferedReader(file)) {
            new CheckpointFile.CheckpointReadBuffer<>(
                            file.toString(), in, EPOCHS_VERSION, LeaderEpochCheckpointFile.FORMATTER)
                    .read();
        } catch (IOException | IllegalArgumentException e) {
            throw new WeirException(
                    FaultKind.CORRUPT, "metadata log damaged: " + file + " cannot be read: " + e + "; restore it", e);
        }
    }

    private static boolean allEmpty(List<Path> segments) throws IOException {
        for (Path segment : segments) {
            if (Files.size(segment) > 0) {
                return false;
            }
        }
        return true;
    }

    private static List<Path> list(Path directory, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
            files.forEach(found::add);
        }
        found.sort(null);
        return found;
    }

    private static void checkFile(Path file, boolean mayBeTorn) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long position = 0;
            long nextOffset = firstOffset(file);
            int epoch = 0;
            while (position < size) {
                long next = batchEnd(channel, position, size);
                if (next < 0) {
                    refuseUnlessTorn(file, channel, position, size, mayBeTorn);
                    return;
                }
                ByteBuffer header = read(channel, position, DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
                if (header.getLong(OFFSET_AT) != nextOffset || header.getInt(EPOCH_AT) < epoch) {
                    throw damaged(file, position, size);
                }
                nextOffset += header.getInt(LAST_OFFSET_DELTA_AT) + 1L;
                epoch = header.getInt(EPOCH_AT);
                position = next;
            }
        }
    }

    /** End of the sound batch at {@code position}, or -1. */
    private static long batchEnd(FileChannel channel, long position, long size) throws IOException {
        if (size - position < Records.LOG_OVERHEAD) {
            return -1;
        }
        ByteBuffer header = read(channel, position, Records.LOG_OVERHEAD);
        int length = header.getInt(Records.SIZE_OFFSET);
        if (length < DefaultRecordBatch.RECORD_BATCH_OVERHEAD - Records.LOG_OVERHEAD
                || position + Records.LOG_OVERHEAD + length > size) {
            return -1;
        }
        ByteBuffer bytes = read(channel, position, Records.LOG_OVERHEAD + length);
        try {
            MemoryRecords.readableRecords(bytes).batches().forEach(batch -> batch.ensureValid());
        } catch (RuntimeException e) {
            LOG.debug("event=metadata_batch_invalid position={} error={}", position, e.toString());
            return -1;
        }
        return position + Records.LOG_OVERHEAD + length;
    }

    private static void refuseUnlessTorn(Path file, FileChannel channel, long position, long size, boolean mayBeTorn)
            throws IOException {
        if (mayBeTorn && (tooShort(channel, position, size) || endsInZeros(channel, position, size))) {
            LOG.warn("event=metadata_log_torn file={} position={} dropped_bytes={}", file, position, size - position);
            return;
        }
        throw damaged(file, position, size);
    }

    private static WeirException damaged(Path file, long position, long size) {
        return new WeirException(
                FaultKind.CORRUPT,
                "metadata log damaged: " + file + " at byte " + position + " of " + size
                        + "; restore the file, or cut it to that length to go on without what follows");
    }

    /** A segment is named by its first offset; a snapshot counts from zero. */
    private static long firstOffset(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".log") ? Long.parseLong(name.substring(0, name.indexOf('.'))) : 0;
    }

    /** A length that cannot be trusted is damage when another sound batch follows; the scan below finds that out. */
    private static boolean tooShort(FileChannel channel, long position, long size) throws IOException {
        if (size - position < Records.LOG_OVERHEAD) {
            return true;
        }
        ByteBuffer header = read(channel, position, Records.LOG_OVERHEAD);
        int length = header.getInt(Records.SIZE_OFFSET);
        return length > 0
                && position + Records.LOG_OVERHEAD + length > size
                && !soundBatchAfter(channel, position + 1, size);
    }

    private static boolean soundBatchAfter(FileChannel channel, long from, long size) throws IOException {
        ByteBuffer rest = read(channel, from, (int) Math.min(size - from, LOOK_AHEAD_BYTES));
        for (int at = 0; at + DefaultRecordBatch.RECORD_BATCH_OVERHEAD <= rest.limit(); at++) {
            int length = rest.getInt(at + Records.SIZE_OFFSET);
            if (rest.get(at + Records.MAGIC_OFFSET) == RecordBatch.CURRENT_MAGIC_VALUE
                    && length > 0
                    && length <= rest.limit() - at - Records.LOG_OVERHEAD
                    && batchEnd(channel, from + at, size) > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsInZeros(FileChannel channel, long position, long size) throws IOException {
        int length = (int) Math.min(ZEROS_OF_A_TORN_BLOCK, size - position);
        ByteBuffer end = read(channel, size - length, length);
        while (end.hasRemaining()) {
            if (end.get() != 0) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // positional reads until the buffer is full
        }
        return bytes.flip();
    }
}
