package io.weir.server.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import picocli.CommandLine.Command;

@Command(name = "list", description = "List the consumer groups.")
final class GroupListCommand extends AdminCommand {
    GroupListCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        List<GroupListing> groups = consumerGroups(admin, options);
        if (options.json) {
            output.json(groups.stream().map(GroupListCommand::json).toList());
        } else if (groups.isEmpty()) {
            output.line("There are no consumer groups.");
        } else {
            List<List<String>> rows = new ArrayList<>();
            for (GroupListing group : groups) {
                rows.add(List.of(group.groupId(), protocol(group), state(group)));
            }
            output.table(List.of("GROUP", "PROTOCOL", "STATE"), rows);
        }
        return 0;
    }

    /** All groups of consumers, of both protocols, in order of name. */
    static List<GroupListing> consumerGroups(Admin admin, ClientOptions options) {
        Collection<GroupListing> groups = Await.result(
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all(), options);
        return groups.stream()
                .sorted(Comparator.comparing(GroupListing::groupId))
                .toList();
    }

    static String state(GroupListing group) {
        return group.groupState().map(GroupState::toString).orElse("Unknown");
    }

    private static String protocol(GroupListing group) {
        return group.type().map(GroupType::toString).orElse("Unknown");
    }

    private static Map<String, Object> json(GroupListing group) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("group", group.groupId());
        row.put("protocol", protocol(group));
        row.put("state", state(group));
        return row;
    }
}
