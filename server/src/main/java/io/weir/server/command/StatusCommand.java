package io.weir.server.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "Show the cluster: nodes, topics, groups, lag, health.",
        footer = {"", "Exit code 1 when a partition has no owner or the node says that it is not ready."})
final class StatusCommand extends AdminCommand {
    @Option(
            names = "--http-url",
            paramLabel = "URL",
            description = "A node's HTTP listener (default: port 8090 of the first bootstrap server).")
    private @Nullable String httpUrl;

    StatusCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        DescribeClusterResult cluster = admin.describeCluster();
        Collection<Node> nodes = Await.result(cluster.nodes(), options);
        Node controller = Await.result(cluster.controller(), options);
        Collection<TopicDescription> topics = Await.result(
                        admin.describeTopics(Await.result(
                                        admin.listTopics(new ListTopicsOptions().listInternal(true))
                                                .names(),
                                        options))
                                .allTopicNames(),
                        options)
                .values();
        List<GroupListing> groups = GroupListCommand.consumerGroups(admin, options);
        Status status = new Status(
                Await.result(cluster.clusterId(), options),
                List.copyOf(nodes),
                controller == null ? -1 : controller.id(),
                topics.stream().filter(topic -> !topic.isInternal()).count(),
                topics.stream().mapToLong(topic -> topic.partitions().size()).sum(),
                withoutOwner(topics),
                groups,
                lag(admin, groups),
                NodeHttp.of(httpUrl, options).readiness());
        if (options.json) {
            output.json(status.json());
        } else {
            status.print(output);
        }
        return status.healthy() ? 0 : 1;
    }

    private static List<String> withoutOwner(Collection<TopicDescription> topics) {
        List<String> partitions = new ArrayList<>();
        for (TopicDescription topic : topics) {
            topic.partitions().stream()
                    .filter(info -> info.leader() == null)
                    .forEach(info -> partitions.add(topic.name() + "-" + info.partition()));
        }
        return partitions;
    }

    /** Records that each group has not committed yet. */
    private Map<String, Long> lag(Admin admin, List<GroupListing> groups) {
        Map<String, Map<TopicPartition, Long>> committed = GroupOffsets.committed(
                admin, options, groups.stream().map(GroupListing::groupId).toList());
        Set<TopicPartition> partitions = new HashSet<>();
        committed.values().forEach(offsets -> partitions.addAll(offsets.keySet()));
        Map<TopicPartition, Long> ends = GroupOffsets.offsets(admin, options, partitions, OffsetSpec.latest());
        Map<String, Long> lag = new TreeMap<>();
        committed.forEach((group, offsets) -> lag.put(
                group,
                offsets.entrySet().stream()
                        .mapToLong(entry -> Math.max(0, ends.getOrDefault(entry.getKey(), 0L) - entry.getValue()))
                        .sum()));
        return lag;
    }

    private record Status(
            String clusterId,
            List<Node> nodes,
            int controller,
            long topics,
            long partitions,
            List<String> withoutOwner,
            List<GroupListing> groups,
            Map<String, Long> lag,
            Optional<Map<?, ?>> readiness) {
        boolean healthy() {
            return withoutOwner.isEmpty() && !Boolean.FALSE.equals(ready());
        }

        private @Nullable Object ready() {
            return readiness
                    .map(map -> (Object) Boolean.TRUE.equals(map.get("ready")))
                    .orElse(null);
        }

        private Object reasons() {
            return readiness.map(map -> (Object) map.get("reasons")).orElse(List.of());
        }

        private long totalLag() {
            return lag.values().stream().mapToLong(Long::longValue).sum();
        }

        Map<String, Object> json() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("clusterId", clusterId);
            document.put("controller", controller);
            document.put("nodes", nodes.stream().map(Status::node).toList());
            document.put("topics", topics);
            document.put("partitions", partitions);
            document.put("partitionsWithoutOwner", withoutOwner);
            document.put("groups", groups.stream().map(this::group).toList());
            document.put("lag", totalLag());
            Map<String, @Nullable Object> health = new LinkedHashMap<>();
            health.put("ready", ready());
            health.put("reasons", reasons());
            document.put("health", health);
            return document;
        }

        private static Map<String, @Nullable Object> node(Node node) {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("id", node.id());
            row.put("host", node.host());
            row.put("port", node.port());
            row.put("rack", node.rack());
            return row;
        }

        private Map<String, Object> group(GroupListing group) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("group", group.groupId());
            row.put("state", GroupListCommand.state(group));
            row.put("lag", lag.getOrDefault(group.groupId(), 0L));
            return row;
        }

        void print(Output output) {
            output.line("Cluster     " + clusterId);
            for (Node node : nodes) {
                output.line("Node        " + node.id() + " at " + node.host() + ":" + node.port()
                        + (node.rack() == null ? "" : ", rack " + node.rack())
                        + (node.id() == controller ? ", controller" : ""));
            }
            output.line("Topics      " + topics + ", with " + Words.count(partitions, "partition")
                    + " including internal ones");
            output.line("Groups      " + groups.size() + ", lag " + totalLag());
            lag.forEach((group, records) -> output.line("              " + group + " " + records));
            if (!withoutOwner.isEmpty()) {
                output.line("No owner    " + String.join(" ", withoutOwner));
            }
            Object ready = ready();
            output.line("Health      "
                    + (ready == null
                            ? "not known: no Weir answers on the HTTP address (--http-url)"
                            : Boolean.TRUE.equals(ready) ? "ready" : "not ready: " + reasons()));
        }
    }
}
