package io.weir.server.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "describe", description = "Show members, offsets and lag of groups.")
final class GroupDescribeCommand extends AdminCommand {
    @Parameters(paramLabel = "GROUP", arity = "0..*", description = "Ids of groups (default: all).")
    private List<String> groups = new ArrayList<>();

    GroupDescribeCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        Collection<String> ids = groups;
        if (groups.isEmpty()) {
            ids = GroupListCommand.consumerGroups(admin, options).stream()
                    .map(group -> group.groupId())
                    .toList();
        }
        Map<String, ConsumerGroupDescription> found =
                Await.result(admin.describeConsumerGroups(ids).all(), options);
        Map<String, Map<TopicPartition, Long>> committed = GroupOffsets.committed(admin, options, ids);
        Set<TopicPartition> partitions = new HashSet<>();
        committed.values().forEach(offsets -> partitions.addAll(offsets.keySet()));
        found.values().forEach(group -> partitions.addAll(owners(group).keySet()));
        Map<TopicPartition, Long> ends = GroupOffsets.offsets(admin, options, partitions, OffsetSpec.latest());
        List<Map<String, Object>> document = new ArrayList<>();
        for (ConsumerGroupDescription group : new TreeMap<>(found).values()) {
            List<PartitionRow> rows = rows(group, committed.getOrDefault(group.groupId(), Map.of()), ends);
            if (options.json) {
                document.add(json(group, rows));
            } else {
                print(output, group, rows);
            }
        }
        if (options.json) {
            output.json(document);
        } else if (found.isEmpty()) {
            output.line("There are no consumer groups.");
        }
        return 0;
    }

    private static Map<TopicPartition, MemberDescription> owners(ConsumerGroupDescription group) {
        Map<TopicPartition, MemberDescription> owners = new HashMap<>();
        for (MemberDescription member : group.members()) {
            member.assignment().topicPartitions().forEach(partition -> owners.put(partition, member));
        }
        return owners;
    }

    private static List<PartitionRow> rows(
            ConsumerGroupDescription group, Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, MemberDescription> owners = owners(group);
        Set<TopicPartition> partitions = new TreeSet<>(GroupOffsets.ORDER);
        partitions.addAll(committed.keySet());
        partitions.addAll(owners.keySet());
        List<PartitionRow> rows = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            rows.add(new PartitionRow(partition, committed.get(partition), ends.get(partition), owners.get(partition)));
        }
        return rows;
    }

    private static Map<String, Object> json(ConsumerGroupDescription group, List<PartitionRow> rows) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("group", group.groupId());
        document.put("protocol", group.type().toString());
        document.put("state", group.groupState().toString());
        document.put("assignor", group.partitionAssignor());
        document.put(
                "coordinator",
                group.coordinator() == null ? -1 : group.coordinator().id());
        document.put(
                "members",
                group.members().stream().map(GroupDescribeCommand::member).toList());
        document.put("partitions", rows.stream().map(PartitionRow::json).toList());
        return document;
    }

    private static Map<String, Object> member(MemberDescription member) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("member", member.consumerId());
        row.put("client", member.clientId());
        row.put("host", member.host());
        row.put("partitions", member.assignment().topicPartitions().size());
        return row;
    }

    private static void print(Output output, ConsumerGroupDescription group, List<PartitionRow> rows) {
        long lag = rows.stream().mapToLong(PartitionRow::lagOrZero).sum();
        output.line("Group " + group.groupId() + ": " + group.groupState() + ", protocol " + group.type() + ", "
                + Words.count(group.members().size(), "member") + ", lag " + lag);
        if (!rows.isEmpty()) {
            output.table(
                    List.of("TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "CLIENT", "HOST"),
                    rows.stream().map(PartitionRow::cells).toList());
        }
        output.line("");
    }

    private record PartitionRow(
            TopicPartition partition,
            @Nullable Long committed,
            @Nullable Long end,
            @Nullable MemberDescription owner) {
        private @Nullable Long lag() {
            return committed == null || end == null ? null : Math.max(0L, end - committed);
        }

        long lagOrZero() {
            Long lag = lag();
            return lag == null ? 0 : lag;
        }

        Map<String, @Nullable Object> json() {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("topic", partition.topic());
            row.put("partition", partition.partition());
            row.put("committed", committed);
            row.put("end", end);
            row.put("lag", lag());
            row.put("member", owner == null ? null : owner.consumerId());
            return row;
        }

        List<String> cells() {
            return List.of(
                    partition.topic(),
                    String.valueOf(partition.partition()),
                    text(committed),
                    text(end),
                    text(lag()),
                    owner == null ? "-" : owner.clientId(),
                    owner == null ? "-" : owner.host());
        }

        private static String text(@Nullable Long value) {
            return value == null ? "-" : value.toString();
        }
    }
}
