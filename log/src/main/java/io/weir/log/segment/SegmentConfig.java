package io.weir.log.segment;

/**
 * How segments and packs are written.
 *
 * @param blockBytes a block, the unit of the index and of the checksums, ends before the batch that would make it
 *     larger. Small: short reads fetch little in vain. Large: less memory an open segment (20 bytes a block)
 * @param writeBytes batches are collected up to this many bytes for one gathering write
 */
public record SegmentConfig(int blockBytes, int writeBytes) {
    /** Checks that both are positive. */
    public SegmentConfig {
        if (blockBytes <= 0 || writeBytes <= 0) {
            throw new IllegalArgumentException(
                    "Block and write sizes must be positive, not " + blockBytes + " and " + writeBytes);
        }
    }

    /** 16 KiB blocks (a 100 MB segment costs 125 KB while open), 4 MiB writes. */
    public static SegmentConfig defaults() {
        return new SegmentConfig(16 * 1024, 4 * 1024 * 1024);
    }
}
