package io.weir.log.segment;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** The end of a pack, which says what segments are in it; docs/formats/pack.md has the bytes. */
public final class PackDirectory {
    static final int ENTRY_BYTES = 84;
    static final int TRAILER_BYTES = 36;
    static final short VERSION = 2;
    /** Has no states. */
    private static final short FIRST_VERSION = 1;

    static final long MAGIC = 0x57454952_50414b31L; // "WEIRPAK1"

    private static final int CHECKED_BYTES = 24;
    /** Larger states are the segments' own: the directory is read whole. */
    private static final int MOST_STATE_BYTES = 1024;

    private PackDirectory() {}

    /**
     * Reads what is in a pack, in the order of the file. Blocks.
     *
     * @throws WeirException CORRUPT when the file is cut off or damaged there; INVALID when there is no such file
     */
    public static List<PackSection> read(Store store, PackId id) {
        String path = id.path();
        try (ReadFile file = store.open(path)) {
            return decode(path, file);
        } catch (BadBytes e) {
            throw new WeirException(
                    FaultKind.CORRUPT,
                    "Pack " + path + " is damaged: " + e.getMessage()
                            + ". Its segments that are known by position can still be read.");
        }
    }

    static ByteBuffer encode(List<PackSection> sections) {
        List<ByteBuffer> states =
                sections.stream().map(section -> encodeState(section.state())).toList();
        long stateBytes = states.stream().mapToLong(ByteBuffer::remaining).sum();
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact((long) sections.size() * ENTRY_BYTES + stateBytes + TRAILER_BYTES));
        long end = 0;
        for (int i = 0; i < sections.size(); i++) {
            SegmentSummary section = sections.get(i).summary();
            putEntry(bytes, section, states.get(i).remaining());
            end = section.location().start() + section.location().lengthBytes();
        }
        states.forEach(bytes::put);
        int directoryBytes = bytes.position();
        int checksum = Checksum.of(bytes, 0, directoryBytes);
        bytes.putLong(end)
                .putInt(directoryBytes)
                .putInt(sections.size())
                .putInt(checksum)
                .putShort(VERSION)
                .putShort((short) 0);
        bytes.putInt(Checksum.of(bytes, directoryBytes, directoryBytes + CHECKED_BYTES))
                .putLong(MAGIC);
        return bytes.flip();
    }

    private static ByteBuffer encodeState(@Nullable SegmentState state) {
        ByteBuffer bytes = state == null ? ByteBuffer.allocate(0) : state.encode();
        return bytes.remaining() <= MOST_STATE_BYTES ? bytes : ByteBuffer.allocate(0);
    }

    private static void putEntry(ByteBuffer bytes, SegmentSummary section, int stateBytes) {
        SegmentId id = section.id();
        bytes.putLong(id.topicId().getMostSignificantBits())
                .putLong(id.topicId().getLeastSignificantBits())
                .putInt(id.partition())
                .putInt(id.leaderEpoch())
                .putInt(id.generation())
                .putLong(id.baseOffset())
                .putLong(section.nextOffset())
                .putLong(section.recordCount())
                .putLong(section.maxTimestampMs())
                .putLong(section.location().start())
                .putLong(section.location().lengthBytes())
                .putInt(section.dataBytes())
                .putInt(stateBytes);
    }

    private static List<PackSection> decode(String path, ReadFile file) throws BadBytes {
        long fileBytes = file.lengthBytes();
        if (fileBytes < TRAILER_BYTES) {
            throw new BadBytes("its " + fileBytes + " bytes are less than a trailer");
        }
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES);
        file.readFully(fileBytes - TRAILER_BYTES, trailer);
        trailer.flip();
        if (trailer.getLong(TRAILER_BYTES - Long.BYTES) != MAGIC) {
            throw new BadBytes("it does not end as a pack does: it is cut off or damaged");
        }
        if (trailer.getInt(CHECKED_BYTES) != Checksum.of(trailer, 0, CHECKED_BYTES)) {
            throw new BadBytes("the trailer's checksum is wrong");
        }
        long sectionsBytes = trailer.getLong();
        int directoryBytes = trailer.getInt();
        int count = trailer.getInt();
        int checksum = trailer.getInt();
        short version = trailer.getShort();
        if (version < FIRST_VERSION || version > VERSION) {
            throw new BadBytes("its format is version " + version + ", and this program reads " + FIRST_VERSION + " to "
                    + VERSION);
        }
        if (sectionsBytes < 0
                || count < 0
                || directoryBytes < (long) count * ENTRY_BYTES
                || sectionsBytes + directoryBytes + TRAILER_BYTES != fileBytes) {
            throw new BadBytes("its parts do not add up to its " + fileBytes + " bytes");
        }
        ByteBuffer directory = ByteBuffer.allocate(directoryBytes);
        file.readFully(sectionsBytes, directory);
        directory.flip();
        if (Checksum.of(directory, 0, directoryBytes) != checksum) {
            throw new BadBytes("the directory's checksum is wrong");
        }
        return decodeEntries(path, directory, count, sectionsBytes);
    }

    private static List<PackSection> decodeEntries(String path, ByteBuffer directory, int count, long sectionsBytes)
            throws BadBytes {
        List<PackSection> sections = new ArrayList<>(count);
        long expected = 0;
        ByteBuffer states = directory.duplicate().position(count * ENTRY_BYTES);
        for (int i = 0; i < count; i++) {
            SegmentSummary summary = decodeEntry(path, directory);
            PackSection section = new PackSection(summary, decodeState(directory.getInt(), states));
            SegmentLocation location = summary.location();
            if (location.start() != expected || location.lengthBytes() < SegmentTrailer.SIZE_BYTES) {
                throw new BadBytes("its section " + i + " is not where the one before ends, at " + expected);
            }
            expected += location.lengthBytes();
            sections.add(section);
        }
        if (expected != sectionsBytes) {
            throw new BadBytes("its sections end at " + expected + ", not at " + sectionsBytes);
        }
        if (states.hasRemaining()) {
            throw new BadBytes("it has " + states.remaining() + " bytes of states that are no section's");
        }
        return List.copyOf(sections);
    }

    private static @Nullable SegmentState decodeState(int size, ByteBuffer states) throws BadBytes {
        if (size == 0) {
            return null;
        }
        if (size < 0 || size > states.remaining()) {
            throw new BadBytes("a state has " + size + " bytes where " + states.remaining() + " are left");
        }
        SegmentState state = SegmentState.decode(states.slice(states.position(), size));
        if (state == null) {
            throw new BadBytes("a state contradicts itself");
        }
        states.position(states.position() + size);
        return state;
    }

    /** All of an entry but the last field. */
    private static SegmentSummary decodeEntry(String path, ByteBuffer directory) throws BadBytes {
        Uuid topicId = new Uuid(directory.getLong(), directory.getLong());
        int partition = directory.getInt();
        int leaderEpoch = directory.getInt();
        int generation = directory.getInt();
        long baseOffset = directory.getLong();
        long nextOffset = directory.getLong();
        long recordCount = directory.getLong();
        long maxTimestampMs = directory.getLong();
        long start = directory.getLong();
        long lengthBytes = directory.getLong();
        int dataBytes = directory.getInt();
        SegmentId id;
        try {
            id = new SegmentId(topicId, partition, baseOffset, leaderEpoch, generation);
        } catch (IllegalArgumentException e) {
            throw new BadBytes(String.valueOf(e.getMessage()));
        }
        return new SegmentSummary(
                new SegmentLocation(id, path, start, lengthBytes), nextOffset, recordCount, maxTimestampMs, dataBytes);
    }
}
