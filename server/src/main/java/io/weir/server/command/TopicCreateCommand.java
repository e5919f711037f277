package io.weir.server.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "create", description = "Make a topic.")
final class TopicCreateCommand extends AdminCommand {
    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    private String topic = "";

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "Number of partitions (default: the node's num.partitions).")
    private @Nullable Integer partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "Advice only: the store keeps the copies (default: the node's).")
    private @Nullable Short replicationFactor;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "KEY=VALUE",
            description = "A setting of the topic, such as retention.ms=3600000. Repeatable.")
    private Map<String, String> config = new LinkedHashMap<>();

    @Option(names = "--if-not-exists", description = "Do nothing when the topic exists.")
    private boolean ifNotExists;

    TopicCreateCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        NewTopic wanted = new NewTopic(topic, Optional.ofNullable(partitions), Optional.ofNullable(replicationFactor))
                .configs(config);
        CreateTopicsResult result = admin.createTopics(List.of(wanted));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("topic", topic);
        try {
            Await.result(Objects.requireNonNull(result.values().get(topic)), options);
        } catch (TopicExistsException e) {
            if (!ifNotExists) {
                throw e;
            }
            document.put("created", false);
            print(output, document, "Topic " + topic + " exists already.");
            return 0;
        }
        int made = Await.result(result.numPartitions(topic), options);
        document.put("created", true);
        document.put("id", Await.result(result.topicId(topic), options).toString());
        document.put("partitions", made);
        print(output, document, "Topic " + topic + " made, with " + Words.count(made, "partition") + ".");
        return 0;
    }

    private void print(Output output, Map<String, Object> document, String text) {
        if (options.json) {
            output.json(document);
        } else {
            output.line(text);
        }
    }
}
