package io.weir.compat.crash;

/**
 * One record of one partition, by its origin.
 *
 * @param writer who sent it
 * @param number the how many-th it is that this writer sent to this partition, from 0
 */
record Item(int writer, int number) {
    /** Bytes that nobody sent. */
    static final Item DAMAGED = new Item(-1, -1);
}
