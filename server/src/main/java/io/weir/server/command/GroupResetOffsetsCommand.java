package io.weir.server.command;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reset-offsets",
        description = "Move a group's offsets. Without --execute it only shows what would happen.",
        footer = {"", "The group must have no members. A target outside the partition is moved to its nearest end."})
final class GroupResetOffsetsCommand extends AdminCommand {
    @Parameters(paramLabel = "GROUP", description = "The group's id.")
    private String group = "";

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC[:N,N...]",
            description = "A topic, or some of its partitions. Repeatable.")
    private List<String> topics = new ArrayList<>();

    @Option(names = "--all-topics", description = "Every topic on which the group has committed.")
    private boolean allTopics;

    @ArgGroup(multiplicity = "1", heading = "Where to, one of:%n")
    private OffsetTarget target = new OffsetTarget();

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    GroupResetOffsetsCommand(CommandContext context) {
        super(context);
    }

    @Override
    int run(Admin admin, Output output) {
        if (topics.isEmpty() != allTopics) {
            throw new UsageException("Say which topics: either --topic or --all-topics.");
        }
        requireNoMembers(admin);
        Map<TopicPartition, Long> committed =
                GroupOffsets.committed(admin, options, List.of(group)).getOrDefault(group, Map.of());
        Set<TopicPartition> partitions = allTopics ? committed.keySet() : chosen(admin);
        Map<TopicPartition, Long> wanted = targets(admin, partitions, committed);
        if (execute && !wanted.isEmpty()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            wanted.forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
            Await.result(admin.alterConsumerGroupOffsets(group, offsets).all(), options);
        }
        print(output, committed, wanted);
        return 0;
    }

    private void requireNoMembers(Admin admin) {
        try {
            ConsumerGroupDescription description = Await.result(
                    Objects.requireNonNull(admin.describeConsumerGroups(List.of(group))
                            .describedGroups()
                            .get(group)),
                    options);
            if (!description.members().isEmpty()) {
                throw new WeirException(
                        FaultKind.INVALID,
                        "Group " + group + " has "
                                + Words.count(description.members().size(), "member")
                                + ", which would commit over it. Stop its consumers first.");
            }
        } catch (GroupIdNotFoundException e) {
            // A group that does not exist yet may be given offsets to begin with.
            if (allTopics) {
                throw e;
            }
        }
    }

    private Set<TopicPartition> chosen(Admin admin) {
        Map<String, String> numbers = new LinkedHashMap<>();
        for (String topic : topics) {
            int colon = topic.indexOf(':');
            numbers.put(colon < 0 ? topic : topic.substring(0, colon), colon < 0 ? "" : topic.substring(colon + 1));
        }
        Set<TopicPartition> partitions = new TreeSet<>(GroupOffsets.ORDER);
        Await.result(admin.describeTopics(numbers.keySet()).allTopicNames(), options)
                .forEach((name, topic) -> {
                    Set<Integer> wanted = PartitionNumbers.parse("--topic", numbers.getOrDefault(name, ""));
                    Set<Integer> missing = new TreeSet<>(wanted);
                    topic.partitions().forEach(info -> {
                        missing.remove(info.partition());
                        if (wanted.isEmpty() || wanted.contains(info.partition())) {
                            partitions.add(new TopicPartition(name, info.partition()));
                        }
                    });
                    if (!missing.isEmpty()) {
                        throw new WeirException(
                                FaultKind.INVALID,
                                "Topic " + name + " has no partition "
                                        + missing.iterator().next());
                    }
                });
        return partitions;
    }

    private Map<TopicPartition, Long> targets(
            Admin admin, Set<TopicPartition> partitions, Map<TopicPartition, Long> committed) {
        Map<TopicPartition, Long> starts = GroupOffsets.offsets(admin, options, partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = GroupOffsets.offsets(admin, options, partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> byTime = new HashMap<>();
        Long timeMs = targetTimeMs();
        if (timeMs != null) {
            byTime.putAll(GroupOffsets.offsets(admin, options, partitions, OffsetSpec.forTimestamp(timeMs)));
        }
        Map<TopicPartition, Long> targets = new TreeMap<>(GroupOffsets.ORDER);
        Set<TopicPartition> reachable = new HashSet<>(starts.keySet());
        reachable.retainAll(ends.keySet());
        for (TopicPartition partition : reachable) {
            long start = starts.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            long wanted =
                    wanted(start, end, committed.getOrDefault(partition, start), byTime.getOrDefault(partition, -1L));
            targets.put(partition, Math.clamp(wanted, start, end));
        }
        return targets;
    }

    private @Nullable Long targetTimeMs() {
        if (target.instant != null) {
            return target.instant.toEpochMilli();
        }
        return target.duration == null ? null : context().time().milliseconds() - target.duration.toMillis();
    }

    /** @param byTime the first offset at or after the wanted time; -1 when there is none, or no time is wanted */
    private long wanted(long start, long end, long committed, long byTime) {
        if (target.offset != null) {
            return target.offset;
        }
        if (target.shift != null) {
            return committed + target.shift;
        }
        if (target.earliest) {
            return start;
        }
        return target.latest || byTime < 0 ? end : byTime;
    }

    private void print(Output output, Map<TopicPartition, Long> committed, Map<TopicPartition, Long> wanted) {
        if (options.json) {
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            wanted.forEach((partition, offset) -> {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                row.put("topic", partition.topic());
                row.put("partition", partition.partition());
                row.put("from", committed.get(partition));
                row.put("to", offset);
                rows.add(row);
            });
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("group", group);
            document.put("executed", execute);
            document.put("partitions", rows);
            output.json(document);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        wanted.forEach((partition, offset) -> {
            Long from = committed.get(partition);
            rows.add(List.of(
                    partition.topic(),
                    String.valueOf(partition.partition()),
                    from == null ? "-" : from.toString(),
                    offset.toString()));
        });
        output.table(List.of("TOPIC", "PARTITION", "FROM", "TO"), rows);
        output.line(execute ? "Done." : "Nothing has been changed. --execute does it.");
    }
}
