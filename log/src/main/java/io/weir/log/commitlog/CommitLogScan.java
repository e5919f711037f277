package io.weir.log.commitlog;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weir.log.commitlog.CommitLogFormat.EntryHeader;
import io.weir.log.commitlog.CommitLogFormat.FileHeader;
import io.weir.log.commitlog.CommitLogFormat.GroupHeader;
import io.weir.log.commitlog.CommitLogFormat.Seal;
import io.weir.log.commitlog.CommitLogReader.Visitor;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one commit log file from its first group to its end. One use, one thread. */
final class CommitLogScan {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLogScan.class);
    private static final int SEARCH_BYTES = 64 << 10;
    private static final int MAGIC_POSITION = 16;

    private final Store store;
    private final ByteBufAllocator allocator;
    private final Executor reading;
    private final CommitLogFile file;
    private final long lengthBytes;
    private final boolean exact;
    private final boolean rebooted;
    private final FileHeader fileHeader;
    private final Seal seal;
    private final boolean journal;
    private final long brokerEpoch;
    private final Visitor visitor;

    /**
     * @param reading for reads that block
     * @param exact everything up to {@code lengthBytes} was acknowledged; else the last group may be torn
     * @param rebooted the machine may have lost power since, so that a torn group may also be whole but wrong
     */
    CommitLogScan(
            Store store,
            ByteBufAllocator allocator,
            Executor reading,
            CommitLogFile file,
            long lengthBytes,
            boolean exact,
            boolean rebooted,
            CommitLogReader.HeaderRead header,
            long brokerEpoch,
            Visitor visitor) {
        this.fileHeader = header.header();
        this.seal = header.seal();
        this.journal = fileHeader.blockBytes() > 1;
        this.store = store;
        this.allocator = allocator;
        this.reading = reading;
        this.file = file;
        this.lengthBytes = lengthBytes;
        this.exact = exact;
        this.rebooted = rebooted;
        this.brokerEpoch = brokerEpoch;
        this.visitor = visitor;
    }

    /** A group whose directory is good: its entries and where their payloads begin. */
    private record Group(GroupHeader header, List<EntryHeader> entries, long payloadPosition) {}

    /** Why a group cannot be read: the file ends inside it ({@code cut}), or none begins there ({@code end}). */
    private record Bad(String what, boolean cut, boolean end) {
        Bad(String what, boolean cut) {
            this(what, cut, false);
        }
    }

    /** Visits the entries and returns the length of what was good. */
    long run() {
        long position = fileHeader.firstGroup();
        long number = -1;
        try (ReadFile in = new WindowedFile(store.open(file.path()), reading)) {
            while (position < lengthBytes) {
                List<Group> found = new ArrayList<>(1);
                Bad bad = readGroup(in, position, number, found);
                if (bad == null) {
                    Group group = found.getFirst();
                    bad = visit(in, group, position);
                    if (bad == null) {
                        number = group.header.number();
                        position += group.header.totalBytes(fileHeader.blockBytes());
                        continue;
                    }
                }
                torn(in, position, number, bad);
                return position;
            }
        }
        return position;
    }

    private void torn(ReadFile in, long position, long number, Bad bad) {
        if (exact || (!bad.cut && !rebooted && !journal) || laterGroup(in, position + 1, number)) {
            throw CommitLogReader.corrupt(file.path(), position, bad.what);
        }
        if (journal && bad.end) {
            return;
        }
        LOG.warn(
                "commit_log=torn_tail path={} position={} discarded_bytes={} reason={} (never acknowledged)",
                file.path(),
                position,
                lengthBytes - position,
                bad.what);
    }

    private @Nullable Bad readGroup(ReadFile in, long position, long previousNumber, List<Group> found) {
        if (lengthBytes - position < CommitLogFormat.GROUP_HEADER_BYTES) {
            return new Bad("the file ends inside a group's header", true);
        }
        ByteBuffer head = ByteBuffer.allocate(CommitLogFormat.GROUP_HEADER_BYTES);
        in.readFully(position, head);
        GroupHeader header = CommitLogFormat.readGroupHeader(head.flip(), seal);
        if (header == null) {
            return new Bad("a group's header does not have the checksum that it names", false, true);
        }
        if (previousNumber >= 0 && header.number() != previousNumber + 1) {
            return new Bad("group " + header.number() + " follows group " + previousNumber, false);
        }
        if (lengthBytes - position < header.totalBytes(fileHeader.blockBytes())) {
            return new Bad("the file ends inside group " + header.number(), true);
        }
        ByteBuffer directory = ByteBuffer.allocate(header.directoryBytes());
        in.readFully(position + CommitLogFormat.GROUP_HEADER_BYTES, directory);
        directory.flip();
        if (CommitLogFormat.crc(directory, 0, directory.limit()) != CommitLogFormat.directoryCrc(head)) {
            return new Bad("the directory of group " + header.number() + " does not have its checksum", false);
        }
        List<EntryHeader> entries = new ArrayList<>(header.entries());
        long payload = 0;
        for (int i = 0; i < header.entries(); i++) {
            EntryHeader entry = CommitLogFormat.readEntryHeader(directory);
            if (entry == null) {
                return new Bad(
                        "entry " + i + " of group " + header.number() + " is of a kind that is not known", false);
            }
            payload += entry.sizeBytes();
            entries.add(entry);
        }
        if (payload != header.payloadBytes()) {
            return new Bad("group " + header.number() + " has sizes that do not add up", false);
        }
        found.add(new Group(header, entries, position + CommitLogFormat.GROUP_HEADER_BYTES + header.directoryBytes()));
        return null;
    }

    /** Hands the entries out; a group that may be torn is checked whole before its first entry is believed. */
    private @Nullable Bad visit(ReadFile in, Group group, long position) {
        int size = Math.toIntExact(group.header.payloadBytes());
        ByteBuf payloads = allocator.directBuffer(Math.max(1, size), Math.max(1, size));
        try {
            in.readFully(group.payloadPosition, payloads.nioBuffer(0, size));
            long next = position + group.header.totalBytes(fileHeader.blockBytes());
            boolean maybeTorn = !exact && (journal || (rebooted && next == lengthBytes));
            if (maybeTorn) {
                int at = 0;
                for (EntryHeader entry : group.entries) {
                    if (entry.kind() == LogEntry.Kind.DATA
                            && !sound(entry, payloads.nioBuffer(at, entry.sizeBytes()))
                            && !laterGroup(in, next, group.header.number())) {
                        return new Bad("a batch of the last group does not have its checksum", false);
                    }
                    at += entry.sizeBytes();
                }
            }
            int at = 0;
            for (EntryHeader entry : group.entries) {
                deliver(entry, payloads, at, group.payloadPosition + at);
                at += entry.sizeBytes();
            }
            return null;
        } finally {
            payloads.release();
        }
    }

    private void deliver(EntryHeader entry, ByteBuf payloads, int at, long position) {
        switch (entry.kind()) {
            case PACKS -> visitor.packs(brokerEpoch, entry.baseOffset());
            case LOG_START -> visitor.logStart(entry.topicId(), entry.partition(), entry.baseOffset(), file);
            case DATA -> {
                ByteBuffer payload = payloads.nioBuffer(at, entry.sizeBytes());
                if (sound(entry, payload)) {
                    visitor.batch(
                            entry.topicId(),
                            entry.partition(),
                            entry.leaderEpoch(),
                            entry.baseOffset(),
                            entry.offsetCount(),
                            payload,
                            payloads,
                            file);
                } else {
                    visitor.damaged(
                            entry.topicId(),
                            entry.partition(),
                            entry.baseOffset(),
                            "Commit log file " + file.path() + " is damaged at byte " + position
                                    + ": the batch at offset " + entry.baseOffset() + " does not have its checksum");
                }
            }
        }
    }

    /** Whether the bytes are the one batch that the directory promises. */
    private static boolean sound(EntryHeader entry, ByteBuffer payload) {
        if (payload.remaining() < DefaultRecordBatch.RECORD_BATCH_OVERHEAD
                || payload.getInt(payload.position() + 8) != payload.remaining() - 12
                || payload.get(payload.position() + MAGIC_POSITION) != RecordBatch.MAGIC_VALUE_V2) {
            return false;
        }
        Iterator<MutableRecordBatch> batches =
                MemoryRecords.readableRecords(payload.duplicate()).batches().iterator();
        RecordBatch batch = batches.next();
        return batch.baseOffset() == entry.baseOffset()
                && batch.partitionLeaderEpoch() == entry.leaderEpoch()
                && batch.isValid()
                && batch.nextOffset() == entry.baseOffset() + entry.offsetCount();
    }

    /** Whether a good group begins anywhere behind: then what is before it was acknowledged, and is damaged. */
    private boolean laterGroup(ReadFile in, long from, long number) {
        ByteBuffer window = ByteBuffer.allocate(SEARCH_BYTES + CommitLogFormat.GROUP_HEADER_BYTES);
        int block = fileHeader.blockBytes();
        long first = CommitLogFormat.roundUp(from, block);
        for (long at = first; at + CommitLogFormat.GROUP_HEADER_BYTES <= lengthBytes; at += SEARCH_BYTES) {
            window.clear().limit((int) Math.min(window.capacity(), lengthBytes - at));
            in.readFully(at, window);
            window.flip();
            for (int i = 0; i + CommitLogFormat.GROUP_HEADER_BYTES <= window.limit() && i < SEARCH_BYTES; i += block) {
                if (window.getInt(i) == CommitLogFormat.GROUP_MAGIC) {
                    GroupHeader header = CommitLogFormat.readGroupHeader(window.position(i), seal);
                    window.position(0);
                    if (header != null && header.number() > number) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
