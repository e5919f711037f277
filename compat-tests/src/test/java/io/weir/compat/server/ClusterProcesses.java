package io.weir.compat.server;

import io.weir.compat.support.Await;
import io.weir.compat.support.Forwarder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/**
 * A cluster of Weir nodes, each a process of its own with the roles that it was given, on loopback and one shared
 * store. Nodes are numbered from 1 in the order in which they were asked for. Nothing runs before {@link #start}.
 *
 * <p>One thread at a time; the nodes are independent of each other.
 */
public final class ClusterProcesses implements AutoCloseable {
    private final Map<Integer, NodeProcess> nodes;

    private ClusterProcesses(Map<Integer, NodeProcess> nodes) {
        this.nodes = nodes;
    }

    /**
     * Describes a cluster.
     *
     * @param name names the logs of the nodes
     * @param directory for the nodes' own files
     * @param store as {@code weir.store} takes it
     */
    public static Builder on(String name, Path directory, String store) {
        return new Builder(name, directory, store);
    }

    /** Starts every node that is down, all at once, and waits until each is ready; returns this. */
    public ClusterProcesses start() {
        List<NodeProcess> down =
                nodes().stream().filter(node -> !node.isAlive()).toList();
        down.forEach(NodeProcess::launch);
        down.forEach(NodeProcess::awaitReady);
        return this;
    }

    /** A node by its number. */
    public NodeProcess node(int id) {
        NodeProcess node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no node " + id + " in " + nodes.keySet());
        }
        return node;
    }

    /** Every node, in the order of their numbers. */
    public List<NodeProcess> nodes() {
        return List.copyOf(nodes.values());
    }

    /** Those that play a role, alive or not. */
    public List<NodeProcess> nodes(String role) {
        return nodes().stream().filter(node -> node.is(role)).toList();
    }

    /** {@code bootstrap.servers}: every proxy. */
    public String bootstrap() {
        return nodes("proxy").stream().map(NodeProcess::clients).collect(Collectors.joining(","));
    }

    /** Waits until every node that runs says that it is ready. */
    public void awaitReady() {
        Await.until(
                "every node that runs is ready",
                () -> nodes().stream().filter(NodeProcess::isAlive).allMatch(NodeProcess::isReady));
    }

    /** Stops every node with SIGTERM, those with a controller last. */
    public void stop() {
        nodes().stream()
                .filter(node -> !node.is("controller") && node.isAlive())
                .forEach(NodeProcess::stop);
        nodes().stream().filter(NodeProcess::isAlive).forEach(NodeProcess::stop);
    }

    /** Kills whatever runs. */
    @Override
    public void close() {
        nodes().forEach(NodeProcess::close);
    }

    /** Nodes and their settings, before any of them exists. */
    public static final class Builder {
        private final String name;
        private final Path directory;
        private final Map<String, String> shared = new LinkedHashMap<>();
        private final Map<Integer, Map<String, String>> own = new HashMap<>();
        private final List<Set<String>> roles = new ArrayList<>();
        private boolean severable;

        private Builder(String name, Path directory, String store) {
            this.name = name;
            this.directory = directory.toAbsolutePath();
            shared.put("weir.store", store);
            shared.put("cluster.id", Uuid.randomUuid().toString());
        }

        /** Adds nodes of the same roles: proxy, broker, coordinator, controller. */
        public Builder nodes(int count, String... words) {
            for (int node = 0; node < count; node++) {
                roles.add(Set.of(words));
            }
            return this;
        }

        /** A setting of every node. */
        public Builder set(String key, String value) {
            shared.put(key, value);
            return this;
        }

        /** Settings of every node. */
        public Builder set(Map<String, String> settings) {
            shared.putAll(settings);
            return this;
        }

        /** A setting of one node, which wins over whatever else is set. */
        public Builder set(int id, String key, String value) {
            own.computeIfAbsent(id, node -> new HashMap<>()).put(key, value);
            return this;
        }

        /** Nodes that are no controllers reach these by lines of their own, which {@link NodeProcess#cut} cuts. */
        public Builder severable() {
            severable = true;
            return this;
        }

        /** Takes free ports and makes the nodes, none of them started. */
        public ClusterProcesses build() {
            Ports ports = new Ports();
            Map<Integer, NodeAddresses> addresses = new LinkedHashMap<>();
            for (int id = 1; id <= roles.size(); id++) {
                addresses.put(id, NodeAddresses.free(ports));
            }
            Map<Integer, String> controllers = new LinkedHashMap<>();
            addresses.forEach((id, places) -> {
                if (roles.get(id - 1).contains("controller")) {
                    controllers.put(id, places.controller());
                }
            });
            Map<Integer, NodeProcess> nodes = new LinkedHashMap<>();
            addresses.forEach((id, places) -> nodes.put(id, node(id, places, controllers)));
            return new ClusterProcesses(nodes);
        }

        private NodeProcess node(int id, NodeAddresses places, Map<Integer, String> controllers) {
            Set<String> words = roles.get(id - 1);
            List<Forwarder> lines = new ArrayList<>();
            Map<Integer, String> reached = new LinkedHashMap<>(controllers);
            if (severable && !words.contains("controller")) {
                reached.replaceAll((controller, address) -> {
                    lines.add(new Forwarder(address));
                    return lines.getLast().address();
                });
            }
            String voters = reached.entrySet().stream()
                    .map(controller -> controller.getKey() + "@" + controller.getValue())
                    .collect(Collectors.joining(","));
            Path data = directory.resolve("node-" + id);
            Map<String, String> settings = new LinkedHashMap<>(shared);
            settings.put("roles", String.join(",", words));
            settings.put("node.id", Integer.toString(id));
            settings.put("controller.quorum.voters", voters);
            settings.put("weir.data.dir", data.toString());
            settings.put("weir.http.listener", places.http());
            if (words.contains("proxy")) {
                settings.put("listeners", "PLAINTEXT://" + places.clients());
            }
            if (words.contains("broker") || words.contains("coordinator")) {
                settings.put("weir.internal.listener", places.internal());
            }
            settings.putAll(own.getOrDefault(id, Map.of()));
            return new NodeProcess(name, id, words, places, data, settings, lines);
        }
    }
}
