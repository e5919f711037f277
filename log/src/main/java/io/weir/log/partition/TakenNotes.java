package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.segment.PartitionKey;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who needs nothing more of a dead node's commit log: for each take-over a small file {@code taken/<dead node>-<its
 * broker epoch>/<taker>-<its broker epoch>-<number>} that lists the partitions whose entries have gone to segments. When
 * all partitions of a commit log are listed it can go. docs/formats/taken.md has the bytes. Blocks on the store.
 */
final class TakenNotes {
    private static final Logger LOG = LoggerFactory.getLogger(TakenNotes.class);
    static final long MAGIC = 0x57454952_544b4e31L; // "WEIRTKN1"
    private static final int HEADER_BYTES = 12;
    private static final int ENTRY_BYTES = 20;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MAX_ENTRIES = 10_000_000;

    /** What the paths of all notes begin with. */
    static final String DIRECTORY = "taken/";

    private static final Pattern PATH = Pattern.compile("taken/(\\d{1,10})-(\\d{1,19})/[^/]+");

    private final Store store;
    private long next;

    TakenNotes(Store store) {
        this.store = store;
    }

    /** What the notes about one commit log begin with. */
    static String prefix(CommitLogId dead) {
        return DIRECTORY + dead.nodeId() + "-" + dead.brokerEpoch() + "/";
    }

    /** About which commit log a note is. */
    static Optional<CommitLogId> about(String path) {
        Matcher parts = PATH.matcher(path);
        try {
            return parts.matches()
                    ? Optional.of(new CommitLogId(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // a number beyond its type
        }
    }

    /** Writes that this life of this node needs nothing more of {@code dead} for these partitions. */
    void write(CommitLogId dead, CommitLogId taker, Set<PartitionKey> partitions) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + partitions.size() * ENTRY_BYTES + CHECKSUM_BYTES);
        bytes.putLong(MAGIC).putInt(partitions.size());
        partitions.forEach(key -> bytes.putLong(key.topicId().getMostSignificantBits())
                .putLong(key.topicId().getLeastSignificantBits())
                .putInt(key.partition()));
        bytes.putInt(crc(bytes.array(), bytes.position())).flip();
        String path =
                prefix(dead) + String.format(Locale.ROOT, "%d-%d-%020d", taker.nodeId(), taker.brokerEpoch(), next++);
        try (AppendFile file = store.create(path)) {
            file.append(List.of(bytes));
            file.seal();
        }
    }

    /** All partitions that somebody has noted; a note that cannot be read says nothing. */
    Set<PartitionKey> read(CommitLogId dead) {
        Set<PartitionKey> taken = new HashSet<>();
        for (FileStatus file : store.list(prefix(dead))) {
            read(file.path(), taken);
        }
        return taken;
    }

    private void read(String path, Set<PartitionKey> into) {
        ByteBuffer bytes;
        try (ReadFile in = store.open(path)) {
            long length = in.lengthBytes();
            if (length > HEADER_BYTES + (long) MAX_ENTRIES * ENTRY_BYTES + CHECKSUM_BYTES) {
                LOG.warn("taken_note=too_long path={} bytes={}", path, length);
                return;
            }
            bytes = ByteBuffer.allocate((int) length);
            in.readFully(0, bytes);
            bytes.flip();
        } catch (WeirException e) {
            if (e.kind() != FaultKind.INVALID) {
                throw e;
            }
            return; // removed meanwhile
        }
        int count = bytes.remaining() < HEADER_BYTES + CHECKSUM_BYTES || bytes.getLong() != MAGIC ? -1 : bytes.getInt();
        int end = HEADER_BYTES + count * ENTRY_BYTES;
        if (count < 0 || end + CHECKSUM_BYTES != bytes.limit() || bytes.getInt(end) != crc(bytes.array(), end)) {
            LOG.warn("taken_note=unfinished path={} (says nothing)", path);
            return;
        }
        for (int i = 0; i < count; i++) {
            into.add(new PartitionKey(new Uuid(bytes.getLong(), bytes.getLong()), bytes.getInt()));
        }
    }

    void delete(CommitLogId dead) {
        store.list(prefix(dead)).forEach(file -> store.delete(file.path()));
    }

    private static int crc(byte[] bytes, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        return (int) crc.getValue();
    }
}
