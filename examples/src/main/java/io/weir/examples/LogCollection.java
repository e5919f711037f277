package io.weir.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Collecting logs. Several processes, real ones, send every line of their logs; one reader sees them all together and
 * counts. None of the processes knows of the reader, nor of the others.
 */
final class LogCollection {
    private static final List<String> NAMES = List.of("cart", "search", "billing");

    private final Stage stage;
    private final String topic;
    private final ConcurrentMap<String, Long> lines = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Long> errors = new ConcurrentHashMap<>();
    private final AtomicLong collected = new AtomicLong();
    private volatile String lastError = "";
    private volatile boolean done;

    private LogCollection(Stage stage) throws Exception {
        this.stage = stage;
        this.topic = stage.topic("logs", 3);
    }

    /** See {@code bin/example}. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 5 && arguments[0].equals("process")) {
            work(arguments[1], arguments[2], arguments[3], Double.parseDouble(arguments[4]));
        } else {
            Stage.main("The logs of " + NAMES.size() + " processes in one place.", LogCollection::play, arguments);
        }
    }

    static Summary play(Stage stage) throws Exception {
        LogCollection play = new LogCollection(stage);
        stage.actor(play::collect);
        List<Process> processes = new ArrayList<>();
        try {
            for (String name : NAMES) {
                processes.add(play.start(name));
            }
            stage.line("  time   lines (errors) of each process, and the last error of them all");
            stage.until(() -> processes.stream().noneMatch(Process::isAlive), play::look);
            Map<String, Long> written = play.written(processes);
            long all = written.values().stream().mapToLong(count -> count).sum();
            stage.until(() -> play.collected.get() >= all, play::look);
            play.done = true;
            return new Summary(
                    all > 0 && written.equals(new TreeMap<>(play.lines)),
                    List.of(
                            "Lines written " + written + ", collected " + new TreeMap<>(play.lines) + ".",
                            "Errors seen " + new TreeMap<>(play.errors) + "."));
        } finally {
            play.done = true;
            processes.forEach(Process::destroyForcibly);
        }
    }

    private Process start(String name) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogCollection.class.getName(),
                        "process",
                        stage.bootstrap(),
                        topic,
                        name,
                        String.valueOf(stage.seconds() * 0.7))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What each process says that it has written: its only word on the standard output. */
    private Map<String, Long> written(List<Process> processes) throws IOException {
        Map<String, Long> written = new TreeMap<>();
        for (int i = 0; i < processes.size(); i++) {
            try (BufferedReader reader = processes.get(i).inputReader()) {
                String count = reader.readLine();
                written.put(NAMES.get(i), count == null ? -1 : Long.parseLong(count));
            }
        }
        return written;
    }

    /** One of the processes. */
    private static void work(String bootstrap, String topic, String name, double seconds) {
        Pace pace = new Pace(40 + 30 * NAMES.indexOf(name), seconds);
        long written = 0;
        try (KafkaProducer<String, String> producer = Stage.producer(bootstrap)) {
            while (pace.next()) {
                String level = written % 97 == 50 ? "ERROR" : written % 13 == 7 ? "WARN" : "INFO";
                Future<RecordMetadata> _ =
                        producer.send(new ProducerRecord<>(topic, name, level + " request " + written + " of " + name));
                written++;
            }
            producer.flush();
        }
        System.out.println(written);
    }

    private Void collect() {
        try (KafkaConsumer<String, String> consumer = stage.consumer("collector", topic)) {
            while (!done) {
                for (ConsumerRecord<String, String> line : consumer.poll(Duration.ofMillis(100))) {
                    lines.merge(line.key(), 1L, Long::sum);
                    if (line.value().startsWith("ERROR")) {
                        errors.merge(line.key(), 1L, Long::sum);
                        lastError = line.value();
                    }
                    collected.incrementAndGet();
                }
            }
        }
        return null;
    }

    private void look() {
        StringBuilder text = new StringBuilder();
        for (String name : NAMES) {
            text.append(
                    Stage.text("%s %,5d (%,2d)   ", name, lines.getOrDefault(name, 0L), errors.getOrDefault(name, 0L)));
        }
        stage.line("%5.1f s  %s%s", stage.elapsed(), text, lastError);
    }
}
