package io.weir.server.command;

import io.weir.server.local.LocalProcess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a cluster: of its quorum by Kafka's protocol, of its nodes by one of them, of its processes by who
 * started them on this machine.
 *
 * @param document as {@code /api/cluster} has it; empty when no node's HTTP listener is in reach
 * @param remarks what could not be found out, and why
 */
record ClusterStatus(
        String bootstrap,
        Optional<QuorumInfo> quorum,
        Optional<Map<?, ?>> document,
        List<LocalProcess> processes,
        List<String> remarks) {
    /** A voter that has not asked the leader for so long is away. */
    private static final long SILENT_MS = 5_000;

    /** What is wrong, a sentence each. */
    List<String> problems() {
        List<String> problems = new ArrayList<>(remarks);
        processes.stream()
                .filter(process -> !process.isAlive())
                .forEach(process -> problems.add(
                        process.name() + " (process " + process.pid() + ") has ended; its log is " + process.log()));
        voters().stream()
                .filter(voter -> voter.silentMs() > SILENT_MS)
                .forEach(voter -> problems.add(
                        "Controller " + voter.id() + " has not been heard of for " + voter.silentMs() / 1000 + " s"));
        if (document.isEmpty()) {
            problems.add("No node's HTTP listener answers (--http-url)");
        }
        nodes().stream()
                .filter(node -> !"alive".equals(node.get("state")))
                .forEach(node -> problems.add("Node " + node.get("id") + " is " + node.get("state")));
        if (number("partitionsWithoutOwner") > 0) {
            problems.add("Without an owner: "
                    + document.map(found -> words(found.get("withoutOwner"))).orElse("-"));
        }
        return problems;
    }

    /**
     * A voter as the leader sees it.
     *
     * @param lag records that it has not got yet
     * @param silentMs how long it has not asked for more; 0 of the leader
     */
    private record VoterState(int id, long lag, long silentMs) {}

    private List<VoterState> voters() {
        List<VoterState> voters = new ArrayList<>();
        quorum.ifPresent(known -> {
            QuorumInfo.ReplicaState leader = known.voters().stream()
                    .filter(voter -> voter.replicaId() == known.leaderId())
                    .findAny()
                    .orElse(null);
            for (QuorumInfo.ReplicaState voter : known.voters()) {
                // By the leader's clock alone: that of this machine may be another.
                long silentMs = leader == null
                                || voter.lastFetchTimestamp().isEmpty()
                                || leader.lastFetchTimestamp().isEmpty()
                        ? 0
                        : leader.lastFetchTimestamp().getAsLong()
                                - voter.lastFetchTimestamp().getAsLong();
                long lag = leader == null ? 0 : leader.logEndOffset() - voter.logEndOffset();
                voters.add(new VoterState(voter.replicaId(), lag, Math.max(0, silentMs)));
            }
        });
        return voters;
    }

    private List<Map<?, ?>> nodes() {
        List<Map<?, ?>> nodes = new ArrayList<>();
        if (document.isPresent() && document.get().get("nodes") instanceof List<?> rows) {
            for (Object row : rows) {
                if (row instanceof Map<?, ?> node) {
                    nodes.add(node);
                }
            }
        }
        return nodes;
    }

    private long number(String key) {
        return document.isPresent() && document.get().get(key) instanceof Long value ? value : 0;
    }

    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("bootstrap", bootstrap);
        json.put("problems", problems());
        json.put("quorum", quorum.map(this::quorumJson).orElse(null));
        json.put("cluster", document.orElse(null));
        json.put("processes", processes.stream().map(ClusterStatus::process).toList());
        return json;
    }

    private Map<String, Object> quorumJson(QuorumInfo known) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("leader", known.leaderId());
        json.put("epoch", known.leaderEpoch());
        json.put("highWatermark", known.highWatermark());
        List<Map<String, Object>> rows = new ArrayList<>();
        for (VoterState voter : voters()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("id", voter.id());
            row.put("lag", voter.lag());
            row.put("silentMs", voter.silentMs());
            rows.add(row);
        }
        json.put("voters", rows);
        return json;
    }

    private static Map<String, Object> process(LocalProcess process) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", process.name());
        row.put("pid", process.pid());
        row.put("alive", process.isAlive());
        row.put("http", process.http());
        row.put("log", process.log());
        return row;
    }

    void print(Output output) {
        document.ifPresent(found -> {
            output.line("Cluster     " + found.get("clusterId"));
            output.line("Store       " + found.get("store"));
        });
        quorum.ifPresent(known -> {
            output.line("Quorum      led by " + known.leaderId() + ", epoch " + known.leaderEpoch() + ", "
                    + Words.count(known.voters().size(), "voter"));
            if (known.voters().size() > 1) {
                voters().forEach(voter -> output.line("              " + voter.id() + "  "
                        + (voter.id() == known.leaderId() ? "leads" : "lag " + voter.lag())));
            }
        });
        document.ifPresent(found -> output.line("Partitions  " + number("partitions") + " of "
                + Words.count(number("topics"), "topic") + ", " + number("partitionsWithoutOwner")
                + " without an owner" + balance(found.get("balance"))));
        if (!nodes().isEmpty()) {
            output.line("");
            output.table(
                    List.of("NODE", "STATE", "ROLES", "RACK", "OWNS", "MAY OWN", "EPOCH", "LISTENERS"),
                    nodes().stream().map(ClusterStatus::row).toList());
        }
        if (!processes.isEmpty()) {
            output.line("");
            output.table(
                    List.of("PROCESS", "PID", "STATE", "HTTP"),
                    processes.stream()
                            .map(process -> List.of(
                                    process.name(),
                                    Long.toString(process.pid()),
                                    process.isAlive() ? "runs" : "has ended",
                                    process.http().isEmpty() ? "-" : process.http()))
                            .toList());
        }
        output.line("");
        List<String> problems = problems();
        output.line(problems.isEmpty() ? "All is well." : "Not well:");
        problems.forEach(problem -> output.line("  " + problem));
    }

    private static List<String> row(Map<?, ?> node) {
        return List.of(
                text(node.get("id")),
                text(node.get("state")),
                words(node.get("roles")),
                text(node.get("rack")),
                text(node.get("leaders")),
                text(node.get("candidate")),
                text(node.get("epoch")),
                words(node.get("listeners")));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    private static String words(@Nullable Object value) {
        return switch (value) {
            case List<?> list ->
                String.join(",", list.stream().map(String::valueOf).toList());
            case Map<?, ?> map ->
                String.join(
                        " ",
                        map.entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .toList());
            case null, default -> "-";
        };
    }

    /** ", brokers own 3 to 4 each". */
    private static String balance(@Nullable Object balance) {
        StringBuilder text = new StringBuilder();
        if (balance instanceof Map<?, ?> roles) {
            roles.forEach((role, range) -> {
                if (range instanceof Map<?, ?> bounds) {
                    text.append("; ")
                            .append(role)
                            .append("s own ")
                            .append(bounds.get("fewest"))
                            .append(" to ")
                            .append(bounds.get("most"))
                            .append(" each");
                }
            });
        }
        return text.toString();
    }
}
