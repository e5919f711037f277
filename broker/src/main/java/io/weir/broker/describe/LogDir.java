package io.weir.broker.describe;

/** The place of this node's data, for people. Any thread; must not block (a remote store's figures are cached). */
public interface LogDir {
    /** A figure that the store cannot tell. */
    long UNKNOWN_BYTES = -1;

    /** The data directory's absolute path, or the store's address. */
    String name();

    /** Size of the volume, or {@link #UNKNOWN_BYTES}. */
    long totalBytes();

    /** What is free of it, or {@link #UNKNOWN_BYTES}. */
    long usableBytes();
}
