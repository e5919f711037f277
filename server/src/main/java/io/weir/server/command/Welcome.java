package io.weir.server.command;

import io.weir.server.RunningNode;
import io.weir.server.Version;
import io.weir.server.settings.WeirSettings;
import java.io.PrintWriter;
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
        Endpoint first = node.listeners().getFirst();
        String kafka = reachable(first.host()) + ":" + first.port();
        String http = "http://" + reachable(node.httpAddress().getHostString()) + ":"
                + node.httpAddress().getPort();
        String option = kafka.equals("127.0.0.1:9092") ? "" : " -b " + kafka;
        out.printf(
                Locale.ROOT,
                """

                Weir %s is ready after %.1f s. Ctrl-C stops it.

                  Kafka    %s
                  HTTP     %s/   (/metrics, /health/ready, /api/partitions)
                  Data     %s

                Try it:
                  echo hello | kcat -b %s -t first -P
                  kcat -b %s -t first -C -o beginning -e
                  kafka-console-producer.sh --bootstrap-server %s --topic first
                  bin/weir produce first --message hello%s
                  bin/weir consume first --from beginning%s

                """,
                Version.current().weir(),
                elapsedMs / 1000.0,
                String.join("  ", node.listeners().stream().map(Welcome::name).toList()),
                http,
                data(settings),
                kafka,
                kafka,
                kafka,
                option,
                option);
        out.flush();
    }

    private static String data(WeirSettings settings) {
        if (settings.sharedStore()) {
            return settings.store() + "   (metadata in " + settings.dataDirectory() + ")";
        }
        return settings.inMemory() ? "in memory only" : settings.dataDirectory().toString();
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
