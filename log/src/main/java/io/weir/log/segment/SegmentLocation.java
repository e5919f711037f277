package io.weir.log.segment;

/**
 * Where a segment is.
 *
 * @param path the file: the segment's own or a pack
 * @param start its first byte there; 0 in a file of its own
 * @param lengthBytes batches, footer and trailer together
 */
public record SegmentLocation(SegmentId id, String path, long start, long lengthBytes) {
    /** A segment in a file of its own, of the length that the store's listing says. */
    public static SegmentLocation ofFile(SegmentId id, long lengthBytes) {
        return new SegmentLocation(id, id.path(), 0, lengthBytes);
    }

    /** Whether it shares its file with others. */
    public boolean inPack() {
        return !path.equals(id.path());
    }
}
