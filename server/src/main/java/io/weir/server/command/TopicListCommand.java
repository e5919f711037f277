package io.weir.server.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the topics.")
final class TopicListCommand extends AdminCommand {
    @Option(names = "--internal", description = "Internal topics too.")
    private boolean internal;

    TopicListCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        Map<String, TopicDescription> topics = new TreeMap<>(Await.result(
                admin.describeTopics(Await.result(
                                admin.listTopics(new ListTopicsOptions().listInternal(internal))
                                        .names(),
                                options))
                        .allTopicNames(),
                options));
        if (options.json) {
            List<Map<String, Object>> document = new ArrayList<>();
            topics.forEach((name, topic) -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("topic", name);
                row.put("id", topic.topicId().toString());
                row.put("partitions", topic.partitions().size());
                row.put("internal", topic.isInternal());
                document.add(row);
            });
            output.json(document);
        } else if (topics.isEmpty()) {
            output.line("There are no topics. `weir topic create NAME` makes one.");
        } else {
            List<List<String>> rows = new ArrayList<>();
            topics.forEach((name, topic) ->
                    rows.add(List.of(name, String.valueOf(topic.partitions().size()))));
            output.table(List.of("TOPIC", "PARTITIONS"), rows);
        }
        return 0;
    }
}
