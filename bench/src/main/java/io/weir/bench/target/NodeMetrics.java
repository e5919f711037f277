package io.weir.bench.target;

import java.util.HashMap;
import java.util.Map;

/** What a node's metrics said at one moment. Immutable. */
public final class NodeMetrics {
    private final Map<String, Double> values = new HashMap<>();

    private NodeMetrics() {}

    /** With nothing in it. */
    public static NodeMetrics none() {
        return new NodeMetrics();
    }

    /** From Prometheus' text form. */
    static NodeMetrics parse(String text) {
        NodeMetrics metrics = new NodeMetrics();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            if (blank > 0) {
                metrics.values.merge(
                        line.substring(0, blank), Double.parseDouble(line.substring(blank + 1)), Double::sum);
            }
        });
        return metrics;
    }

    /** Two nodes' together. */
    public NodeMetrics plus(NodeMetrics other) {
        NodeMetrics all = new NodeMetrics();
        all.values.putAll(values);
        other.values.forEach((name, value) -> all.values.merge(name, value, Double::sum));
        return all;
    }

    /**
     * The sum over all labels, or over those that hold {@code label}; 0 when there is none.
     *
     * @param label {@code operation="read"}, or empty
     */
    public double sum(String name, String label) {
        return values.entrySet().stream()
                .filter(one -> one.getKey().equals(name) || one.getKey().startsWith(name + "{"))
                .filter(one -> label.isEmpty() || one.getKey().contains(label))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
