package io.weir.server.command;

import io.weir.server.RunningNode;
import io.weir.server.Version;
import io.weir.server.settings.Role;
import io.weir.server.settings.WeirSettings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.Endpoint;

/** What a node prints when it is ready: where it listens and lines to paste. */
final class Welcome {
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private Welcome() {}

    static void print(PrintWriter out, WeirSettings settings, RunningNode node, long elapsedMs) {
        if (settings.jsonLogs()) {
            return; // Programs read this; the log says where the node listens.
        }
        out.printf(
                Locale.ROOT,
                "%nWeir %s is ready after %.1f s%s. Ctrl-C stops it.%n%n",
                Version.current().weir(),
                elapsedMs / 1000.0,
                settings.cluster().alone()
                        ? ""
                        : ", as node " + settings.nodeId() + " with the roles " + Role.words(settings.roles()));
        if (!node.listeners().isEmpty()) {
            line(out, "Kafka", names(node.listeners()));
        }
        if (!node.nodeListeners().isEmpty()) {
            line(out, "Nodes", names(node.nodeListeners()));
        }
        String http = "http://" + reachable(node.httpAddress().getHostString()) + ":"
                + node.httpAddress().getPort();
        line(out, "HTTP", http + "/   (/metrics, /health/ready, /api/cluster)");
        line(out, "Data", data(settings));
        if (!node.listeners().isEmpty()) {
            tryIt(out, node.listeners().getFirst());
        }
        out.println();
        out.flush();
    }

    private static void line(PrintWriter out, String title, String value) {
        out.printf(Locale.ROOT, "  %-8s %s%n", title, value);
    }

    private static String data(WeirSettings settings) {
        if (settings.inMemory()) {
            return "in memory only";
        }
        return settings.sharedStore() && !settings.roles().equals(Set.of(Role.CONTROLLER))
                ? settings.store() + ", metadata in " + settings.dataDirectory()
                : settings.dataDirectory().toString();
    }

    private static void tryIt(PrintWriter out, Endpoint listener) {
        String kafka = reachable(listener.host()) + ":" + listener.port();
        String option = kafka.equals("127.0.0.1:9092") ? "" : " -b " + kafka;
        out.printf(Locale.ROOT, """

                Try it:
                  echo hello | kcat -b %s -t first -P
                  kcat -b %s -t first -C -o beginning -e
                  kafka-console-producer.sh --bootstrap-server %s --topic first
                  bin/weir produce first --message hello%s
                  bin/weir consume first --from beginning%s
                """, kafka, kafka, kafka, option, option);
    }

    private static String names(List<Endpoint> listeners) {
        return String.join("  ", listeners.stream().map(Welcome::name).toList());
    }

    private static String name(Endpoint listener) {
        return listener.host() + ":" + listener.port();
    }

    /** An address that this machine can connect to. */
    private static String reachable(String host) {
        if (WILDCARDS.contains(host)) {
            return "127.0.0.1";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
