package io.weir.server.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/** The nodes of a cluster on this machine, controllers first, each with its settings. Pure. */
public final class LocalPlan {
    private static final String HOST = "127.0.0.1:";

    private final LocalWish wish;
    private final Path directory;
    private final Map<String, String> shared;
    private final IntSupplier ports;
    private final List<Integer> clientPorts;
    private final List<LocalNode> nodes = new ArrayList<>();
    private int id;

    private LocalPlan(
            LocalWish wish, Path directory, Map<String, String> shared, List<Integer> clientPorts, IntSupplier ports) {
        this.wish = wish;
        this.directory = directory;
        this.shared = shared;
        this.clientPorts = new ArrayList<>(clientPorts);
        this.ports = ports;
    }

    /**
     * Makes the plan.
     *
     * @param clientPorts one for each node that clients connect to
     * @param ports gives a free port at each call
     */
    public static List<LocalNode> of(
            LocalWish wish,
            Path directory,
            String clusterId,
            String store,
            List<Integer> clientPorts,
            IntSupplier ports) {
        Map<String, String> shared = new LinkedHashMap<>();
        shared.put("cluster.id", clusterId);
        shared.put("weir.store", store);
        // Several processes share the machine's memory.
        shared.put("weir.tail.cache.bytes", Integer.toString(64 << 20));
        shared.put("weir.read.cache.bytes", Integer.toString(32 << 20));
        shared.put("queued.max.request.bytes", Integer.toString(128 << 20));
        return new LocalPlan(wish, directory, shared, clientPorts, ports).nodes();
    }

    private List<LocalNode> nodes() {
        List<String> voters = new ArrayList<>();
        for (int controller = 1; controller <= wish.controllers(); controller++) {
            voters.add(controller + "@" + HOST + ports.getAsInt());
        }
        shared.put("controller.quorum.voters", String.join(",", voters));
        add(wish.controllers(), "controller", "controller");
        if (wish.proxies() == 0) {
            add(wish.brokers(), "broker", "proxy,broker,coordinator");
        } else {
            add(wish.brokers(), "broker", "broker,coordinator");
            add(wish.proxies(), "proxy", "proxy");
        }
        return List.copyOf(nodes);
    }

    private void add(int count, String word, String roles) {
        for (int node = 0; node < count; node++) {
            id++;
            String name = word + "-" + id;
            Map<String, String> settings = new LinkedHashMap<>(shared);
            settings.put("roles", roles);
            settings.put("node.id", Integer.toString(id));
            settings.put(
                    "weir.data.dir", directory.resolve(name).resolve("data").toString());
            settings.put("weir.http.listener", HOST + ports.getAsInt());
            if (roles.contains("proxy")) {
                settings.put("listeners", "PLAINTEXT://" + HOST + clientPorts.removeFirst());
            }
            if (roles.contains("broker")) {
                settings.put("weir.internal.listener", HOST + ports.getAsInt());
            }
            nodes.add(new LocalNode(name, settings));
        }
    }

    /** {@code bootstrap.servers} of a cluster of these nodes. */
    public static String bootstrap(List<LocalNode> nodes) {
        return nodes.stream()
                .map(LocalNode::clients)
                .filter(address -> !address.isEmpty())
                .collect(Collectors.joining(","));
    }
}
