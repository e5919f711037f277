package io.weir.storage;

/**
 * One row of a listing.
 *
 * @param path the whole path, as {@link Store#open} takes it
 * @param lengthBytes as far as the store knows; the length of a file that is being written may lag
 * @param modifiedMs when it was last written, milliseconds of the epoch by the store's clock
 */
public record FileStatus(String path, long lengthBytes, long modifiedMs) {}
