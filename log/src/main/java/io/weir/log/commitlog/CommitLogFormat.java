package io.weir.log.commitlog;

import io.weir.log.commitlog.LogEntry.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** The bytes of a commit log file; docs/formats/commit-log.md is the table. Big-endian, every part with a CRC32C. */
final class CommitLogFormat {
    static final long FILE_MAGIC = 0x5745_4952_574C_4F47L; // "WEIRWLOG"
    static final int GROUP_MAGIC = 0x5752_4750; // "WRGP"
    static final byte VERSION = 2;
    private static final byte OLDEST_VERSION = 1;
    static final int FILE_HEADER_BYTES = 72;
    static final int GROUP_HEADER_BYTES = 40;
    static final int ENTRY_HEADER_BYTES = 44;

    /** More entries than this in one group are not believed. */
    static final int MAX_ENTRIES = 1 << 20;

    /** A larger payload in one group is not believed. */
    static final long MAX_PAYLOAD_BYTES = 1L << 31;

    /** Larger blocks are not believed. */
    static final int MAX_BLOCK_BYTES = 1 << 20;

    /** Instead of a length in the tombstone of a log that was taken over: whoever reads it finds out. */
    static final long LENGTH_UNKNOWN = -1;

    private static final byte FLAG_TOMBSTONE = 1;

    private CommitLogFormat() {}

    /**
     * The first bytes of a file.
     *
     * @param previousSequence the last file before this one that holds acknowledged entries; -1 when there is none
     * @param previousLengthBytes how much of that file counts; what stands behind it was never acknowledged.
     *     {@link #LENGTH_UNKNOWN} in a tombstone: up to the last good group
     * @param tombstone the log ends here: closed on purpose or taken over
     * @param bootId the machine's boot, so that a reader knows whether power may have been lost; ZERO makes no claim
     * @param blockBytes header and groups each fill whole blocks of this size; more than 1 also says that the file may
     *     show an older file's bytes behind its end
     */
    record FileHeader(
            int nodeId,
            long brokerEpoch,
            long sequence,
            long previousSequence,
            long previousLengthBytes,
            boolean tombstone,
            Uuid bootId,
            int blockBytes) {
        /** Where the first group begins. */
        int firstGroup() {
            return (int) roundUp(FILE_HEADER_BYTES, blockBytes);
        }

        /** Whether this is the header of the file with that place in that log. */
        boolean isOf(long epoch, long number) {
            return brokerEpoch == epoch && sequence == number;
        }
    }

    /**
     * What ties a file's groups to its header, so that those of an older file in the same blocks are not taken for its
     * own: the header's checksum goes into each group's.
     */
    record Seal(int version, int salt) {
        static Seal of(ByteBuffer fileHeader) {
            int start = fileHeader.position();
            return new Seal(fileHeader.get(start + 8), fileHeader.getInt(start + FILE_HEADER_BYTES - 4));
        }

        private int crc(ByteBuffer bytes, int from, int to) {
            CRC32C crc = new CRC32C();
            if (version > 1) {
                for (int shift = 24; shift >= 0; shift -= 8) {
                    crc.update(salt >>> shift);
                }
            }
            crc.update(bytes.duplicate().clear().limit(to).position(from));
            return (int) crc.getValue();
        }
    }

    /** The start of one group commit. */
    record GroupHeader(long number, int entries, long payloadBytes) {
        int directoryBytes() {
            return entries * ENTRY_HEADER_BYTES;
        }

        /** With the padding that fills its last block. */
        long totalBytes(int blockBytes) {
            return roundUp(GROUP_HEADER_BYTES + directoryBytes() + payloadBytes, blockBytes);
        }
    }

    /** One line of a group's directory. */
    record EntryHeader(
            Kind kind, Uuid topicId, int partition, int leaderEpoch, long baseOffset, int offsetCount, int sizeBytes) {}

    static ByteBuffer fileHeader(FileHeader header) {
        ByteBuffer out = ByteBuffer.allocate(FILE_HEADER_BYTES);
        out.putLong(FILE_MAGIC)
                .put(VERSION)
                .put(header.tombstone ? FLAG_TOMBSTONE : 0)
                .putShort((short) 0)
                .putInt(header.nodeId)
                .putLong(header.brokerEpoch)
                .putLong(header.sequence)
                .putLong(header.previousSequence)
                .putLong(header.previousLengthBytes)
                .putLong(header.bootId.getMostSignificantBits())
                .putLong(header.bootId.getLeastSignificantBits())
                .putInt(header.blockBytes);
        return out.putInt(crc(out.array(), 0, FILE_HEADER_BYTES - 4)).flip();
    }

    /** Null when these are not the bytes of a header. */
    static @Nullable FileHeader readFileHeader(ByteBuffer in) {
        byte[] bytes = new byte[FILE_HEADER_BYTES];
        in.get(bytes);
        ByteBuffer view = ByteBuffer.wrap(bytes);
        if (view.getInt(FILE_HEADER_BYTES - 4) != crc(bytes, 0, FILE_HEADER_BYTES - 4)
                || view.getLong() != FILE_MAGIC) {
            return null;
        }
        byte version = view.get();
        if (version < OLDEST_VERSION || version > VERSION) {
            return null;
        }
        int block = version == 1 ? 1 : view.getInt(FILE_HEADER_BYTES - 8);
        if (block < 1 || block > MAX_BLOCK_BYTES || Integer.bitCount(block) != 1) {
            return null;
        }
        boolean tombstone = (view.get() & FLAG_TOMBSTONE) != 0;
        view.getShort();
        return new FileHeader(
                view.getInt(),
                view.getLong(),
                view.getLong(),
                view.getLong(),
                view.getLong(),
                tombstone,
                new Uuid(view.getLong(), view.getLong()),
                block);
    }

    /** Bytes that {@link #writeGroup} needs for so many entries. */
    static int groupOverhead(int entries) {
        return GROUP_HEADER_BYTES + entries * ENTRY_HEADER_BYTES;
    }

    /** Header and directory of a group; the payloads follow in the same order. */
    static void writeGroup(ByteBuffer out, Seal seal, long number, List<LogEntry> entries) {
        int start = out.position();
        long payloadBytes = 0;
        out.position(start + GROUP_HEADER_BYTES);
        for (LogEntry entry : entries) {
            payloadBytes += entry.sizeBytes();
            writeEntry(out, entry);
        }
        int end = out.position();
        int directoryCrc = crc(out, start + GROUP_HEADER_BYTES, end);
        out.putInt(start, GROUP_MAGIC)
                .putInt(start + 4, seal.version)
                .putLong(start + 8, number)
                .putInt(start + 16, entries.size())
                .putLong(start + 20, payloadBytes)
                .putInt(start + 28, directoryCrc)
                .putInt(start + 32, 0)
                .putInt(start + 36, seal.crc(out, start, start + 36));
    }

    private static void writeEntry(ByteBuffer out, LogEntry entry) {
        TopicIdPartition id = entry.target().id();
        out.put(entry.kind().id())
                .put((byte) 0)
                .putShort((short) 0)
                .putLong(id.topicId().getMostSignificantBits())
                .putLong(id.topicId().getLeastSignificantBits())
                .putInt(id.partition())
                .putInt(entry.leaderEpoch())
                .putLong(entry.baseOffset())
                .putInt(Math.toIntExact(entry.nextOffset() - entry.baseOffset()))
                .putInt(entry.sizeBytes());
    }

    /** Null when these are not the bytes of a group's header. */
    static @Nullable GroupHeader readGroupHeader(ByteBuffer in, Seal seal) {
        int start = in.position();
        if (in.getInt(start) != GROUP_MAGIC
                || in.getInt(start + 4) != seal.version
                || in.getInt(start + 36) != seal.crc(in, start, start + 36)) {
            return null;
        }
        GroupHeader header = new GroupHeader(in.getLong(start + 8), in.getInt(start + 16), in.getLong(start + 20));
        boolean believable = header.entries >= 0
                && header.entries <= MAX_ENTRIES
                && header.payloadBytes >= 0
                && header.payloadBytes <= MAX_PAYLOAD_BYTES;
        return believable ? header : null;
    }

    static int directoryCrc(ByteBuffer groupHeader) {
        return groupHeader.getInt(groupHeader.position() + 28);
    }

    /** Null when the kind is not known. */
    static @Nullable EntryHeader readEntryHeader(ByteBuffer in) {
        Kind kind = Kind.of(in.get());
        in.get();
        in.getShort();
        Uuid topicId = new Uuid(in.getLong(), in.getLong());
        int partition = in.getInt();
        int epoch = in.getInt();
        long baseOffset = in.getLong();
        int count = in.getInt();
        int size = in.getInt();
        if (kind == null || partition < 0 || baseOffset < 0 || count < 0 || size < 0) {
            return null;
        }
        return new EntryHeader(kind, topicId, partition, epoch, baseOffset, count, size);
    }

    static long roundUp(long bytes, int blockBytes) {
        return (bytes + blockBytes - 1) & -blockBytes;
    }

    static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(to).position(from));
        return (int) crc.getValue();
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }
}
