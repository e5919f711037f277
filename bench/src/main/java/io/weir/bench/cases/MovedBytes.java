package io.weir.bench.cases;

import io.weir.bench.target.NodeMetrics;
import io.weir.bench.target.WeirCluster;
import io.weir.bench.target.WeirNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What brokers write to the store and read from it while partitions move, though some come and go. One thread. */
final class MovedBytes {
    private final WeirCluster cluster;
    private final Map<WeirNode, NodeMetrics> first = new HashMap<>();
    private double written;
    private double committed;
    private double read;

    /** Counts from now on. */
    MovedBytes(WeirCluster cluster) throws IOException, InterruptedException {
        this.cluster = cluster;
        for (WeirNode broker : cluster.brokers()) {
            first.put(broker, broker.metrics());
        }
    }

    /** Adds what these nodes have done since the start, or since they were counted last; before they are ended. */
    void count(List<WeirNode> nodes) throws IOException, InterruptedException {
        for (WeirNode node : nodes) {
            NodeMetrics now = node.metrics();
            NodeMetrics before = first.getOrDefault(node, NodeMetrics.none());
            first.put(node, now);
            written += grown(before, now, "weir_storage_bytes_total", "operation=\"append\"");
            read += grown(before, now, "weir_storage_bytes_total", "operation=\"read\"");
            committed += grown(before, now, "weir_commit_bytes_total", "");
        }
    }

    private static double grown(NodeMetrics before, NodeMetrics now, String name, String label) {
        return now.sum(name, label) - before.sum(name, label);
    }

    /**
     * In megabytes: what was written beyond the load, which goes into the commit log and once more into segments; and what was
     * read. Who copies does both.
     */
    List<Figure> figures(String when) throws IOException, InterruptedException {
        count(cluster.brokers());
        List<Figure> figures = List.of(
                Figure.less("written beyond the load, " + when, "MB", Math.max(0, written - 2 * committed) / 1e6),
                Figure.less("written, " + when, "MB", written / 1e6),
                Figure.less("read from the store, " + when, "MB", read / 1e6));
        written = 0;
        read = 0;
        committed = 0;
        return figures;
    }
}
