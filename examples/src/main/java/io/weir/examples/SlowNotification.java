package io.weir.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Taking slow work off the path. Each order sends a mail, and the mail server is slow. In the first half of the play the
 * customer waits for the mail; in the second the order only leaves a record, and others send the mail.
 */
final class SlowNotification {
    private static final Duration MAIL = Duration.ofMillis(100);
    private static final int ORDERS_PER_SECOND = 8;
    private static final int MAILERS = 4;

    private final Stage stage;
    private final String topic;
    private final Tally mails = new Tally();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong direct = new AtomicLong();
    private final ConcurrentLinkedQueue<Double> directMs = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Double> queuedMs = new ConcurrentLinkedQueue<>();

    private SlowNotification(Stage stage) throws Exception {
        this.stage = stage;
        this.topic = stage.topic("mails", MAILERS);
    }

    /** See {@code bin/example}. */
    public static void main(String[] arguments) throws Exception {
        Stage.main("An order that waits for its mail, and one that does not.", SlowNotification::play, arguments);
    }

    static Summary play(Stage stage) throws Exception {
        SlowNotification play = new SlowNotification(stage);
        stage.actor(play::customers);
        for (int i = 0; i < MAILERS; i++) {
            stage.actor(play::mailer);
        }
        stage.line("  time   how      median wait of a customer             orders   mails");
        stage.until(() -> play.closed.get() && play.mails.complete(), play::look);
        return new Summary(
                play.mails.sent() > 0
                        && play.direct.get() > 0
                        && play.mails.missing() == 0
                        && play.mails.surplus() == 0,
                List.of(
                        Stage.text(
                                "A customer waited %.1f ms when the mail was sent at once, %.1f ms when it was queued (median).",
                                median(play.directMs), median(play.queuedMs)),
                        Stage.text(
                                "Mails queued %,d, sent %,d: lost %d, sent twice %d.",
                                play.mails.sent(), play.mails.arrived(), play.mails.missing(), play.mails.surplus())));
    }

    private Void customers() throws ExecutionException, InterruptedException {
        try (KafkaProducer<String, String> producer = stage.producer()) {
            // So that no customer pays for the connection.
            producer.partitionsFor(topic);
            Pace pace = new Pace(ORDERS_PER_SECOND, stage.seconds() * 0.9);
            for (long order = 0; pace.next(); order++) {
                boolean queued = stage.progress() >= 0.45;
                double before = stage.elapsed();
                if (queued) {
                    String id = "order-" + order;
                    // Acknowledged is durable: the mail will be sent.
                    producer.send(new ProducerRecord<>(topic, id, "Thank you!")).get();
                    mails.sent(id);
                } else {
                    sendMail();
                    direct.incrementAndGet();
                }
                (queued ? queuedMs : directMs).add((stage.elapsed() - before) * 1000);
            }
        }
        closed.set(true);
        return null;
    }

    private Void mailer() {
        try (KafkaConsumer<String, String> consumer = stage.consumer("mailers", topic)) {
            while (!closed.get() || !mails.complete()) {
                for (ConsumerRecord<String, String> order : consumer.poll(Duration.ofMillis(100))) {
                    sendMail();
                    mails.arrived(order.key());
                }
                consumer.commitSync();
            }
        }
        return null;
    }

    private void sendMail() {
        stage.pause(MAIL);
    }

    private void look() {
        boolean queued = !queuedMs.isEmpty();
        double median = median(queued ? queuedMs : directMs);
        stage.line(
                "%5.1f s  %s  %s %6.1f ms  %,6d  %,6d",
                stage.elapsed(),
                queued ? "queued" : "direct",
                Stage.bar(median, MAIL.toMillis() * 1.2, 30),
                median,
                directMs.size() + queuedMs.size(),
                direct.get() + mails.arrived());
    }

    private static double median(ConcurrentLinkedQueue<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }
}
