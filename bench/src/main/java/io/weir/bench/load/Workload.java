package io.weir.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How much of what: the sizes of one case. Immutable. */
public final class Workload {
    private final Map<Dimension, String> values;

    private Workload(Map<Dimension, String> values) {
        values.forEach(Dimension::check);
        this.values = values;
    }

    /** With nothing set. */
    public static Workload empty() {
        return new Workload(new EnumMap<>(Dimension.class));
    }

    /** The same with one value changed or added. */
    public Workload with(Dimension dimension, String value) {
        Map<Dimension, String> changed = new EnumMap<>(Dimension.class);
        changed.putAll(values);
        changed.put(dimension, value);
        return new Workload(changed);
    }

    /** The same with one number changed or added. */
    public Workload with(Dimension dimension, long value) {
        return with(dimension, Long.toString(value));
    }

    /** What it has. */
    public Set<Dimension> dimensions() {
        return values.keySet();
    }

    /** @throws IllegalStateException when this workload has no such thing */
    public String text(Dimension dimension) {
        String value = values.get(dimension);
        if (value == null) {
            throw new IllegalStateException("no " + dimension.word() + " in " + this);
        }
        return value;
    }

    /** @throws IllegalStateException when this workload has no such thing */
    public long number(Dimension dimension) {
        return Long.parseLong(text(dimension));
    }

    /** A number that is known to be small. */
    public int count(Dimension dimension) {
        return Math.toIntExact(number(dimension));
    }

    /** By the words of the command line, in a fixed order. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey().word() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
