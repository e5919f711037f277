package io.weir.server.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "describe",
        description = "Show partitions, owners, offsets, sizes, states and settings of topics.",
        footer = {"", "States come from the node's HTTP listener; when that is out of reach they are left out."})
final class TopicDescribeCommand extends AdminCommand {
    @Parameters(paramLabel = "TOPIC", arity = "0..*", description = "Names of topics (default: all).")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = "--http-url",
            paramLabel = "URL",
            description = "A node's HTTP listener (default: port 8090 of the first bootstrap server).")
    private @Nullable String httpUrl;

    TopicDescribeCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        List<String> names = topics.isEmpty()
                ? List.copyOf(new TreeSet<>(Await.result(admin.listTopics().names(), options)))
                : topics;
        Map<String, TopicDescription> found =
                new TreeMap<>(Await.result(admin.describeTopics(names).allTopicNames(), options));
        TopicFacts facts = TopicFacts.gather(admin, options, found.values());
        NodeHttp http = NodeHttp.of(httpUrl, options);
        List<Map<String, Object>> document = new ArrayList<>();
        boolean statesKnown = true;
        for (TopicDescription topic : found.values()) {
            Optional<Map<Long, Map<?, ?>>> states = statesKnown ? http.partitions(topic.name()) : Optional.empty();
            statesKnown = states.isPresent();
            List<PartitionRow> rows = rows(topic, facts, states.orElse(Map.of()));
            if (options.json) {
                document.add(json(topic, facts, rows));
            } else {
                print(output, topic, facts, rows);
            }
        }
        if (options.json) {
            output.json(document);
        } else if (found.isEmpty()) {
            output.line("There are no topics.");
        } else if (!statesKnown) {
            output.line("States are not shown: no Weir answers at " + http.baseUrl() + ". --http-url names another.");
        }
        return 0;
    }

    private static List<PartitionRow> rows(TopicDescription topic, TopicFacts facts, Map<Long, Map<?, ?>> states) {
        List<PartitionRow> rows = new ArrayList<>();
        for (TopicPartitionInfo info : topic.partitions()) {
            TopicPartition partition = new TopicPartition(topic.name(), info.partition());
            rows.add(new PartitionRow(
                    info,
                    facts.logStart().get(partition),
                    facts.highWatermark().get(partition),
                    facts.leaderEpoch().get(partition),
                    facts.sizeBytes().get(partition),
                    states.getOrDefault((long) info.partition(), Map.of())));
        }
        return rows;
    }

    private static Map<String, Object> json(TopicDescription topic, TopicFacts facts, List<PartitionRow> rows) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("topic", topic.name());
        document.put("id", topic.topicId().toString());
        document.put("internal", topic.isInternal());
        document.put("config", facts.config().getOrDefault(topic.name(), Map.of()));
        document.put("partitions", rows.stream().map(PartitionRow::json).toList());
        return document;
    }

    private void print(Output output, TopicDescription topic, TopicFacts facts, List<PartitionRow> rows) {
        output.line("Topic " + topic.name() + ", id " + topic.topicId() + (topic.isInternal() ? ", internal" : ""));
        facts.config()
                .getOrDefault(topic.name(), Map.of())
                .forEach((key, value) -> output.line("  " + key + "=" + value));
        long nowMs = context().time().milliseconds();
        output.table(
                List.of("PARTITION", "LEADER", "EPOCH", "LOG START", "HIGH WATERMARK", "SIZE", "STATE", "SINCE"),
                rows.stream().map(row -> row.cells(nowMs)).toList());
        output.line("");
    }

    /** All that is known of one partition; what is not known is null or missing. */
    private record PartitionRow(
            TopicPartitionInfo info,
            @Nullable Long logStart,
            @Nullable Long highWatermark,
            @Nullable Integer leaderEpoch,
            @Nullable Long sizeBytes,
            Map<?, ?> state) {
        private @Nullable Object epoch() {
            return state.get("leaderEpoch") != null ? state.get("leaderEpoch") : leaderEpoch;
        }

        Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("partition", info.partition());
            row.put("leader", info.leader() == null ? null : info.leader().id());
            row.put("leaderEpoch", epoch());
            row.put("replicas", info.replicas().stream().map(Node::id).toList());
            row.put("logStart", logStart);
            row.put("highWatermark", highWatermark);
            row.put("sizeBytes", sizeBytes);
            for (String key : List.of("state", "reason", "sinceMs", "logEnd", "tailBytes", "segments")) {
                row.put(key, state.get(key));
            }
            return row;
        }

        List<String> cells(long nowMs) {
            Object reason = state.get("reason");
            String since = state.get("sinceMs") instanceof Long ms
                    ? Words.time(Duration.ofMillis(Math.max(0, nowMs - ms)))
                            + (reason == null ? "" : " (" + reason + ")")
                    : "-";
            return List.of(
                    String.valueOf(info.partition()),
                    info.leader() == null
                            ? "none"
                            : String.valueOf(info.leader().id()),
                    text(epoch()),
                    text(logStart),
                    text(highWatermark),
                    sizeBytes == null ? "-" : Words.size(sizeBytes),
                    text(state.get("state")),
                    since);
        }

        private static String text(@Nullable Object value) {
            return value == null ? "-" : value.toString();
        }
    }
}
