package io.weir.storage;

/**
 * How files of a store are best read.
 *
 * @param atOnce so many reads at a time are worth having: with more they only wait for each other, and writes for them;
 *     where an answer takes long to come, as over a network, many; of one disk, few
 * @param aroundBytes to read so many bytes takes hardly longer than to read a few, so that a reader of many short
 *     stretches near each other should read them together; 0 where that would not pay
 */
public record ReadAdvice(int atOnce, int aroundBytes) {
    /** Sixteen at a time, each as short as is needed. */
    public static final ReadAdvice PLAIN = new ReadAdvice(16, 0);
}
