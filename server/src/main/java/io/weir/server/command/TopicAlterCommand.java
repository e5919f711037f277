package io.weir.server.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "alter", description = "Change a topic: more partitions, other settings.")
final class TopicAlterCommand extends AdminCommand {
    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    private String topic = "";

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "New number of partitions; it can only grow.")
    private @Nullable Integer partitions;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "KEY=VALUE",
            description = "Set a setting of the topic. Repeatable.")
    private Map<String, String> config = new LinkedHashMap<>();

    @Option(
            names = "--delete-config",
            paramLabel = "KEY",
            description = "Give a setting back to the node's default. Repeatable.")
    private List<String> deletedConfig = new ArrayList<>();

    TopicAlterCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        if (partitions == null && config.isEmpty() && deletedConfig.isEmpty()) {
            throw new UsageException("Nothing to change: give --partitions, --config or --delete-config.");
        }
        if (partitions != null) {
            Await.result(
                    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                            .all(),
                    options);
        }
        List<AlterConfigOp> changes = new ArrayList<>();
        config.forEach(
                (key, value) -> changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        deletedConfig.forEach(
                key -> changes.add(new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE)));
        if (!changes.isEmpty()) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            Await.result(
                    admin.incrementalAlterConfigs(Map.of(resource, changes)).all(), options);
        }
        if (options.json) {
            Map<String, @Nullable Object> document = new LinkedHashMap<>();
            document.put("topic", topic);
            document.put("partitions", partitions);
            document.put("config", config);
            document.put("deletedConfig", deletedConfig);
            output.json(document);
        } else {
            output.line("Topic " + topic + " changed.");
        }
        return 0;
    }
}
