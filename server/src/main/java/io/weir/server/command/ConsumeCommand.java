package io.weir.server.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "consume",
        description = "Print records, until Ctrl-C or as many as asked for.",
        footer = {
            "",
            "--format takes %%t topic, %%p partition, %%o offset, %%T timestamp, %%k key, %%h headers, %%v value,"
                    + " \\n and \\t."
        })
final class ConsumeCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);

    @Mixin
    final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    private String topic = "";

    @Option(
            names = {"-f", "--from"},
            paramLabel = "POSITION",
            converter = StartPosition.Converter.class,
            description = "beginning, end, an offset (-5: five before the end) or a time such as"
                    + " 2026-01-31T10:00:00Z (default: beginning). With --group: where nothing is committed.")
    private StartPosition from = new StartPosition.Beginning();

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "Read as a member of this group, and commit. Without: all partitions, nothing committed.")
    private @Nullable String group;

    @Option(names = "--partition", paramLabel = "N,N...", description = "Only these partitions.")
    private String partitions = "";

    @Option(
            names = {"-n", "--max-records"},
            paramLabel = "N",
            description = "Stop after N records.")
    private long maxRecords = Long.MAX_VALUE;

    @Option(
            names = "--timeout-idle",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Stop when nothing has come for this long, for example 2s.")
    private @Nullable Duration idleTimeout;

    @Option(
            names = "--show",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns before the value: topic, partition, offset, timestamp, key, headers.")
    private Set<String> columns = new TreeSet<>();

    @Option(names = "--format", paramLabel = "FORMAT", description = "Print each record so; nothing is added.")
    private @Nullable String format;

    @Option(
            names = {"-P", "--property"},
            paramLabel = "KEY=VALUE",
            description = "Any property of Kafka's consumer. Repeatable.")
    private Map<String, String> properties = new LinkedHashMap<>();

    private final CommandContext context;
    private volatile boolean stopping;
    private volatile boolean reading;

    ConsumeCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        check();
        try (Consumer<byte[], byte[]> consumer = context.clients().consumer(options, clientProperties());
                StopHook hook = StopHook.install(() -> stop(consumer))) {
            position(consumer);
            reading = true;
            read(consumer);
        } catch (WakeupException e) {
            if (!stopping) {
                throw e;
            }
        }
        context.out().flush();
        return 0;
    }

    /** A poll ends soon by itself, and must not be cut off between printing and committing; a look-up may last. */
    private void stop(Consumer<byte[], byte[]> consumer) {
        stopping = true;
        if (!reading) {
            consumer.wakeup();
        }
    }

    private void check() {
        for (String column : columns) {
            if (!RecordPrinter.COLUMNS.contains(column)) {
                throw new UsageException(
                        "--show " + column + ": the columns are " + String.join(", ", RecordPrinter.COLUMNS) + ".");
            }
        }
        Set<Integer> numbers = PartitionNumbers.parse("--partition", partitions);
        boolean plain = from instanceof StartPosition.Beginning || from instanceof StartPosition.End;
        if (group != null && (!plain || !numbers.isEmpty())) {
            throw new UsageException("With --group the group decides on partitions and offsets: --from can only be"
                    + " beginning or end. `weir group reset-offsets` moves a group.");
        }
    }

    private Map<String, String> clientProperties() {
        Map<String, String> all = new HashMap<>();
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, from instanceof StartPosition.End ? "latest" : "earliest");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        if (group != null) {
            all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        }
        all.putAll(properties);
        return all;
    }

    private void position(Consumer<byte[], byte[]> consumer) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic, options.timeout);
        if (infos == null || infos.isEmpty()) {
            throw new UnknownTopicOrPartitionException(topic);
        }
        if (group != null) {
            consumer.subscribe(List.of(topic));
            return;
        }
        Set<Integer> wanted = PartitionNumbers.parse("--partition", partitions);
        List<TopicPartition> assigned = new ArrayList<>();
        for (PartitionInfo info : infos) {
            if (wanted.isEmpty() || wanted.remove(info.partition())) {
                assigned.add(new TopicPartition(topic, info.partition()));
            }
        }
        if (!wanted.isEmpty()) {
            throw new UnknownTopicOrPartitionException(
                    topic + "-" + wanted.iterator().next());
        }
        consumer.assign(assigned);
        Seek.to(consumer, assigned, from, options.timeout);
    }

    private void read(Consumer<byte[], byte[]> consumer) {
        RecordPrinter printer = new RecordPrinter(context.out(), options.json, format, columns);
        long left = maxRecords;
        long lastMs = context.time().milliseconds();
        while (!stopping && left > 0) {
            Map<TopicPartition, OffsetAndMetadata> printed = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (left == 0) {
                    break;
                }
                printer.print(record);
                left--;
                printed.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
            long nowMs = context.time().milliseconds();
            if (!printed.isEmpty()) {
                lastMs = nowMs;
                if (context.out().checkError()) {
                    return; // Whoever read the output has gone: `| head`.
                }
                if (group != null) {
                    consumer.commitSync(printed, options.timeout);
                }
            } else if (idleTimeout != null && nowMs - lastMs >= idleTimeout.toMillis()) {
                return;
            }
        }
    }
}
