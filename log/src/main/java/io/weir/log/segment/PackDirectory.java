package io.weir.log.segment;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/** The end of a pack, which says what segments are in it; docs/formats/pack.md has the bytes. */
public final class PackDirectory {
    static final int ENTRY_BYTES = 84;
    static final int TRAILER_BYTES = 36;
    static final short VERSION = 1;
    static final long MAGIC = 0x57454952_50414b31L; // "WEIRPAK1"

    private static final int CHECKED_BYTES = 24;

    private PackDirectory() {}

    /**
     * Reads what is in a pack, in the order of the file. Blocks.
     *
     * @throws WeirException CORRUPT when the file is cut off or damaged there; INVALID when there is no such file
     */
    public static List<SegmentSummary> read(Store store, PackId id) {
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

    static ByteBuffer encode(List<SegmentSummary> sections) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.addExact(Math.multiplyExact(sections.size(), ENTRY_BYTES), TRAILER_BYTES));
        long end = 0;
        for (SegmentSummary section : sections) {
            putEntry(bytes, section);
            end = section.location().start() + section.location().lengthBytes();
        }
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

    private static void putEntry(ByteBuffer bytes, SegmentSummary section) {
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
                .putInt(0);
    }

    private static List<SegmentSummary> decode(String path, ReadFile file) throws BadBytes {
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
        if (version != VERSION) {
            throw new BadBytes("its format is version " + version + ", and this program reads " + VERSION);
        }
        if (sectionsBytes < 0
                || count < 0
                || directoryBytes != (long) count * ENTRY_BYTES
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

    private static List<SegmentSummary> decodeEntries(String path, ByteBuffer directory, int count, long sectionsBytes)
            throws BadBytes {
        List<SegmentSummary> sections = new ArrayList<>(count);
        long expected = 0;
        for (int i = 0; i < count; i++) {
            SegmentSummary section = decodeEntry(path, directory);
            SegmentLocation location = section.location();
            if (location.start() != expected || location.lengthBytes() < SegmentTrailer.SIZE_BYTES) {
                throw new BadBytes("its section " + i + " is not where the one before ends, at " + expected);
            }
            expected += location.lengthBytes();
            sections.add(section);
        }
        if (expected != sectionsBytes) {
            throw new BadBytes("its sections end at " + expected + ", not at " + sectionsBytes);
        }
        return List.copyOf(sections);
    }

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
        directory.getInt(); // reserved
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
