package io.weir.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "delete", description = "Delete groups without members, with their offsets.")
final class GroupDeleteCommand extends AdminCommand {
    @Parameters(paramLabel = "GROUP", arity = "1..*", description = "Ids of the groups.")
    private List<String> groups = new ArrayList<>();

    GroupDeleteCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        Map<String, KafkaFuture<Void>> deletions =
                admin.deleteConsumerGroups(groups).deletedGroups();
        for (String group : groups) {
            Await.result(Objects.requireNonNull(deletions.get(group)), options);
            if (!options.json) {
                output.line("Group " + group + " deleted.");
            }
        }
        if (options.json) {
            output.json(groups.stream()
                    .map(group -> Map.of("group", group, "deleted", true))
                    .toList());
        }
        return 0;
    }
}
