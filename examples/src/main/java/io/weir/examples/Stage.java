package io.weir.examples;

import io.weir.testkit.EmbeddedWeir;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * What the examples share: their arguments, a Weir to talk to (one in this process, unless {@code --bootstrap} names
 * another), clients, actors, a clock that starts with the play, and lines with bars.
 */
final class Stage implements AutoCloseable {
    private static final String USAGE = "Arguments: [--seconds N] [--bootstrap HOST:PORT]";

    private final PrintStream out;
    private final int seconds;
    private final String bootstrap;
    private final @Nullable EmbeddedWeir embedded;
    private final Time time = Time.SYSTEM;
    private final String suffix;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory());
    private final List<Future<?>> actors = new ArrayList<>();
    private long beginNanos;

    private Stage(PrintStream out, int seconds, @Nullable String bootstrap) {
        this.out = out;
        this.seconds = seconds;
        this.embedded = bootstrap == null ? EmbeddedWeir.inMemory() : null;
        this.bootstrap = embedded == null ? String.valueOf(bootstrap) : embedded.bootstrapServers();
        // On a Weir that stays, each run has topics and groups of its own.
        this.suffix = embedded == null ? "-" + Long.toString(time.milliseconds(), 36) : "";
        this.beginNanos = time.nanoseconds();
    }

    /** An example: plays on the stage and says what came of it. */
    interface Play {
        Summary play(Stage stage) throws Exception;
    }

    /** Runs an example as a program and ends the process: 0 when it has proven its point. */
    static void main(String title, Play play, String[] arguments) throws Exception {
        System.exit(run(System.out, title, play, arguments) ? 0 : 1);
    }

    /** @return whether the example has proven its point */
    static boolean run(PrintStream out, String title, Play play, String... arguments) throws Exception {
        int seconds = 20;
        String bootstrap = null;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 < arguments.length && arguments[i].equals("--seconds")) {
                seconds = Integer.parseInt(arguments[i + 1]);
            } else if (i + 1 < arguments.length && arguments[i].equals("--bootstrap")) {
                bootstrap = arguments[i + 1];
            } else {
                throw new IllegalArgumentException(USAGE);
            }
        }
        try (Stage stage = new Stage(out, seconds, bootstrap)) {
            stage.line("%s%n(about %d seconds, on %s)%n", title, seconds, stage.bootstrap);
            stage.beginNanos = stage.time.nanoseconds();
            Summary summary = play.play(stage);
            for (Future<?> actor : stage.actors) {
                // Those that wait for what does not come are interrupted in the end.
                if (summary.proven() || actor.isDone()) {
                    actor.get();
                }
            }
            stage.line("%n%s", String.join("\n", summary.lines()));
            stage.line(summary.proven() ? "As it should be." : "THAT IS WRONG: please report it.");
            return summary.proven();
        }
    }

    int seconds() {
        return seconds;
    }

    String bootstrap() {
        return bootstrap;
    }

    /** Makes a topic; its full name comes back. */
    String topic(String name, int partitions) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(name + suffix, partitions, (short) 1)))
                    .all()
                    .get();
        }
        return name + suffix;
    }

    KafkaProducer<String, String> producer() {
        return producer(bootstrap);
    }

    static KafkaProducer<String, String> producer(String bootstrap) {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ProducerConfig.LINGER_MS_CONFIG, 0),
                new StringSerializer(),
                new StringSerializer());
    }

    /** A member of a group that commits by itself, when it has done its work. */
    KafkaConsumer<String, String> consumer(String group, String topic) {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group + suffix,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    /** Starts a thread; what it throws ends the example. */
    void actor(Callable<@Nullable Void> body) {
        actors.add(threads.submit(body));
    }

    /** Seconds since the play began. */
    double elapsed() {
        return (time.nanoseconds() - beginNanos) / 1e9;
    }

    /** Which part of the play is over: 0 at its beginning, 1 at its end. */
    double progress() {
        return elapsed() / seconds;
    }

    void pause(Duration duration) {
        time.sleep(duration.toMillis());
    }

    /** Looks, a few dozen times over the whole play, until the condition holds; fails long after the play's end. */
    void until(BooleanSupplier condition, Runnable look) {
        while (!condition.getAsBoolean()) {
            if (elapsed() > 3.0 * seconds + 60
                    || actors.stream().anyMatch(actor -> actor.state() == Future.State.FAILED)) {
                return; // The summary says what is missing.
            }
            pause(Duration.ofMillis(25L * seconds));
            look.run();
        }
    }

    /** One line of text, at once. */
    @SuppressWarnings("AnnotateFormatMethod") // Would be one more library, for nobody else.
    void line(String format, Object... values) {
        out.println(text(format, values));
        out.flush();
    }

    /** Numbers look the same everywhere. */
    @SuppressWarnings("AnnotateFormatMethod")
    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** As many signs as the value deserves. */
    static String bar(double value, double full, int width) {
        int filled = (int) Math.ceil(Math.clamp(value / full, 0.0, 1.0) * width);
        return "#".repeat(filled) + " ".repeat(width - filled);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        if (embedded != null) {
            embedded.close();
        }
    }
}
