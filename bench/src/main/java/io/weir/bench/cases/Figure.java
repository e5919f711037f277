package io.weir.bench.cases;

/**
 * One measured number.
 *
 * @param name unique within a case
 * @param unit {@code MB/s}, {@code ms} and so on; a megabyte is 1,000,000 bytes
 * @param moreIsBetter false for times, memory and processor time
 */
public record Figure(String name, String unit, boolean moreIsBetter, double value) {
    /** One that is better the larger it is. */
    public static Figure more(String name, String unit, double value) {
        return new Figure(name, unit, true, value);
    }

    /** One that is better the smaller it is. */
    public static Figure less(String name, String unit, double value) {
        return new Figure(name, unit, false, value);
    }
}
