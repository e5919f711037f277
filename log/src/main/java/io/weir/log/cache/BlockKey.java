package io.weir.log.cache;

/**
 * Which block.
 *
 * @param path a file of the store that never changes
 * @param position of the block's first byte there
 */
public record BlockKey(String path, long position) {}
