package io.weir.server.command;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "produce", description = "Send records: lines of the standard input, of a file, or given as options.")
final class ProduceCommand implements Callable<Integer> {
    @Mixin
    final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "TOPIC", description = "The topic's name.")
    private String topic = "";

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "A record. Repeatable.")
    private List<String> messages = new ArrayList<>();

    @Option(names = "--file", paramLabel = "FILE", description = "Read records from this file, one a line.")
    private @Nullable Path file;

    @Option(
            names = {"-k", "--key"},
            paramLabel = "KEY",
            description = "Key of every record.")
    private @Nullable String key;

    @Option(
            names = "--key-separator",
            paramLabel = "TEXT",
            description = "What is before it in a line is the key. A line without it has no key.")
    private @Nullable String keySeparator;

    @Option(names = "--partition", paramLabel = "N", description = "Send everything to this partition.")
    private @Nullable Integer partition;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "KEY=VALUE",
            description = "Header of every record. Repeatable.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Option(names = "--acks", paramLabel = "0|1|all", description = "Which acknowledgement to wait for (default: all).")
    private String acks = "all";

    @Option(
            names = {"-z", "--compression"},
            paramLabel = "CODEC",
            description = "none, gzip, snappy, lz4 or zstd (default: ${DEFAULT-VALUE}).")
    private String compression = "none";

    @Option(
            names = {"-P", "--property"},
            paramLabel = "KEY=VALUE",
            description = "Any property of Kafka's producer. Repeatable.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--records", paramLabel = "N", description = "Send N generated records as fast as they go.")
    private @Nullable Long records;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            description = "Size of a generated record (default: ${DEFAULT-VALUE}).")
    private int sizeBytes = 1024;

    private final CommandContext context;

    ProduceCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        int sources = (messages.isEmpty() ? 0 : 1) + (file == null ? 0 : 1) + (records == null ? 0 : 1);
        if (sources > 1) {
            throw new UsageException("Only one of --message, --file and --records can be the source of records.");
        }
        if (key != null && keySeparator != null) {
            throw new UsageException("Only one of --key and --key-separator can give the key.");
        }
        ProduceReport report = new ProduceReport(topic);
        try (Producer<byte[], byte[]> producer = context.clients().producer(options, clientProperties())) {
            long startedMs = context.time().milliseconds();
            feed(producer, report);
            producer.flush();
            report.print(
                    new Output(context.out()),
                    options.json,
                    context.time().milliseconds() - startedMs,
                    records != null);
        }
        report.failure().ifPresent(failure -> {
            throw failure instanceof RuntimeException runtime
                    ? runtime
                    : new WeirException(FaultKind.UNAVAILABLE, String.valueOf(failure.getMessage()), failure);
        });
        return 0;
    }

    private Map<String, String> clientProperties() {
        Map<String, String> all = new HashMap<>();
        all.put(ProducerConfig.ACKS_CONFIG, acks);
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        if (!acks.equals("all") && !acks.equals("-1")) {
            all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "false");
        }
        if (records != null) {
            all.put(ProducerConfig.LINGER_MS_CONFIG, "5");
            all.put(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
        }
        all.putAll(properties);
        return all;
    }

    private void feed(Producer<byte[], byte[]> producer, ProduceReport report) throws IOException {
        if (records != null) {
            byte[] value = "x".repeat(sizeBytes).getBytes(StandardCharsets.UTF_8);
            for (long i = 0; i < records && report.failure().isEmpty(); i++) {
                send(producer, report, key, value);
            }
        } else if (!messages.isEmpty()) {
            for (String message : messages) {
                sendLine(producer, report, message);
            }
        } else if (file != null) {
            try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                sendLines(producer, report, reader);
            }
        } else {
            if (isTyped()) {
                context.err().println("One record a line; Ctrl-D ends.");
                context.err().flush();
            }
            sendLines(
                    producer, report, new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8)));
        }
    }

    @SuppressWarnings("SystemConsoleNull") // Which Java versions return null for a pipe has changed more than once.
    private static boolean isTyped() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private void sendLines(Producer<byte[], byte[]> producer, ProduceReport report, BufferedReader reader)
            throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (report.failure().isPresent()) {
                return;
            }
            sendLine(producer, report, line);
        }
    }

    private void sendLine(Producer<byte[], byte[]> producer, ProduceReport report, String line) {
        String lineKey = key;
        String value = line;
        int separator = keySeparator == null ? -1 : line.indexOf(keySeparator);
        if (separator >= 0 && keySeparator != null) {
            lineKey = line.substring(0, separator);
            value = line.substring(separator + keySeparator.length());
        }
        send(producer, report, lineKey, value.getBytes(StandardCharsets.UTF_8));
    }

    private void send(
            Producer<byte[], byte[]> producer, ProduceReport report, @Nullable String recordKey, byte[] value) {
        List<Header> all = new ArrayList<>();
        headers.forEach((name, text) -> all.add(new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8))));
        byte[] keyBytes = recordKey == null ? null : recordKey.getBytes(StandardCharsets.UTF_8);
        // The callback hears all that the future would tell.
        Future<RecordMetadata> _ =
                producer.send(new ProducerRecord<>(topic, partition, keyBytes, value, all), report::completed);
    }
}
