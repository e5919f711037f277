package io.weir.compat.crash;

import io.weir.compat.server.NodeProcess;
import io.weir.server.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks every node again and again what it owns, on a thread for each, and remembers who took records under which epoch:
 * of one epoch of a partition there is one owner, whatever happens. Thread-safe.
 */
final class OwnersWatch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 100;

    private record Reign(String topic, int partition, int leaderEpoch) {}

    private final Map<Reign, Integer> owners = new HashMap<>();
    private final List<String> doubled = new ArrayList<>();
    private volatile boolean closing;

    /** Begins to ask. */
    OwnersWatch(List<NodeProcess> nodes) {
        nodes.forEach(node -> Thread.ofVirtual().start(() -> watch(node)));
    }

    private void watch(NodeProcess node) {
        while (!closing) {
            try {
                note(node.id(), node.get("/api/partitions").body());
            } catch (UncheckedIOException e) {
                // Down, or frozen: it is asked again.
            }
            CrashScenario.pause(PAUSE_MILLIS);
        }
    }

    /** Notes what a node says of itself, in the words of {@code /api/partitions}. */
    synchronized void note(int node, String document) {
        try {
            if (Json.read(document) instanceof List<?> rows) {
                for (Object row : rows) {
                    if (row instanceof Map<?, ?> said
                            && "writable".equals(said.get("state"))
                            && said.get("topic") instanceof String topic
                            && said.get("partition") instanceof Number partition
                            && said.get("leaderEpoch") instanceof Number epoch) {
                        note(node, new Reign(topic, partition.intValue(), epoch.intValue()));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note(int node, Reign reign) {
        Integer other = owners.putIfAbsent(reign, node);
        if (other != null && other != node) {
            doubled.add("node " + node + " and node " + other + " both owned " + reign);
        }
    }

    /** How many reigns have been seen. */
    synchronized int seen() {
        return owners.size();
    }

    /** What may not be: two owners at one epoch. */
    synchronized List<String> doubled() {
        return List.copyOf(doubled);
    }

    @Override
    public void close() {
        closing = true;
    }
}
