package io.weir.log.partition;

/** Counts where reads found their records. Any thread; cheap. */
interface ReadCounter {
    /** In memory. */
    void fromTail();

    /** In segments: a read of the store. */
    void fromSegment();

    /** In segments, but not readable. */
    void damaged();
}
