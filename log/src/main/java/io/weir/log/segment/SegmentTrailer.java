package io.weir.log.segment;

import java.nio.ByteBuffer;

/** The last bytes of a segment, which say where all others are; docs/formats/segment.md has the bytes. */
record SegmentTrailer(int dataBytes, int producersBytes, int producersChecksum, int footerBytes, int footerChecksum) {
    static final int SIZE_BYTES = 40;
    static final short VERSION = 1;
    static final long MAGIC = 0x57454952_53454731L; // "WEIRSEG1"

    private static final int CHECKED_BYTES = 28;

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES);
        bytes.putLong(dataBytes)
                .putInt(producersBytes)
                .putInt(producersChecksum)
                .putInt(footerBytes)
                .putInt(footerChecksum)
                .putShort(VERSION)
                .putShort((short) 0);
        bytes.putInt(Checksum.of(bytes, 0, CHECKED_BYTES)).putLong(MAGIC);
        return bytes.flip();
    }

    /**
     * Reads the trailer of a segment of {@code segmentBytes}.
     *
     * @throws BadBytes saying why, when it is not the trailer of a whole segment of that size
     */
    static SegmentTrailer decode(ByteBuffer bytes, long segmentBytes) throws BadBytes {
        int at = bytes.position();
        if (bytes.getLong(at + SIZE_BYTES - Long.BYTES) != MAGIC) {
            throw new BadBytes("it does not end as a segment does: it is cut off or damaged");
        }
        if (bytes.getInt(at + CHECKED_BYTES) != Checksum.of(bytes, at, at + CHECKED_BYTES)) {
            throw new BadBytes("the trailer's checksum is wrong");
        }
        long dataBytes = bytes.getLong();
        SegmentTrailer trailer =
                new SegmentTrailer((int) dataBytes, bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt());
        short version = bytes.getShort();
        if (version != VERSION) {
            throw new BadBytes("its format is version " + version + ", and this program reads " + VERSION);
        }
        if (dataBytes < 0
                || dataBytes > Integer.MAX_VALUE
                || trailer.producersBytes < 0
                || trailer.footerBytes < 0
                || dataBytes + trailer.producersBytes + trailer.footerBytes + SIZE_BYTES != segmentBytes) {
            throw new BadBytes("its parts do not add up to its " + segmentBytes + " bytes: it is cut off or damaged");
        }
        return trailer;
    }
}
