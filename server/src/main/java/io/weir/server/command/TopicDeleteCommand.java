package io.weir.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Delete topics with all their records.")
final class TopicDeleteCommand extends AdminCommand {
    @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Names of the topics.")
    private List<String> topics = new ArrayList<>();

    @Option(names = "--if-exists", description = "Pass over topics that do not exist.")
    private boolean ifExists;

    TopicDeleteCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        Map<String, KafkaFuture<Void>> deletions = admin.deleteTopics(topics).topicNameValues();
        List<Map<String, Object>> document = new ArrayList<>();
        for (String topic : topics) {
            boolean deleted = delete(Objects.requireNonNull(deletions.get(topic)));
            document.add(Map.of("topic", topic, "deleted", deleted));
            if (!options.json) {
                output.line(deleted ? "Topic " + topic + " deleted." : "There is no topic " + topic + ".");
            }
        }
        if (options.json) {
            output.json(document);
        }
        return 0;
    }

    private boolean delete(KafkaFuture<Void> deletion) {
        try {
            Await.result(deletion, options);
            return true;
        } catch (UnknownTopicOrPartitionException e) {
            if (ifExists) {
                return false;
            }
            throw e;
        }
    }
}
