package io.weir.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Peak shaving. For a few seconds orders come at ten times the usual pace, three times as fast as they can be served.
 * The queue keeps what is too much; the service never notices more than a full day's work.
 */
final class FlashSale {
    private static final int USUAL_PER_SECOND = 100;
    private static final int RUSH_PER_SECOND = 1_000;
    private static final int SERVED_PER_SECOND = 330;

    private final Stage stage;
    private final String topic;
    private final Tally orders = new Tally();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicLong peak = new AtomicLong();
    private long seenSent;
    private long seenServed;
    private double seenAt;
    private double turnedAway;

    private FlashSale(Stage stage) throws Exception {
        this.stage = stage;
        this.topic = stage.topic("orders", 3);
    }

    /** See {@code bin/example}. */
    public static void main(String[] arguments) throws Exception {
        Stage.main("A flash sale: orders come faster than they can be served.", FlashSale::play, arguments);
    }

    static Summary play(Stage stage) throws Exception {
        FlashSale sale = new FlashSale(stage);
        stage.actor(sale::sell);
        stage.actor(sale::serve);
        stage.line("  time   orders a second                    served a second       waiting");
        stage.until(() -> sale.closed.get() && sale.orders.complete(), sale::look);
        return new Summary(
                sale.orders.sent() > 0 && sale.orders.missing() == 0 && sale.orders.surplus() == 0,
                List.of(
                        Stage.text(
                                "Orders taken %,d, served %,d: lost %d, served twice %d.",
                                sale.orders.sent(),
                                sale.orders.arrived(),
                                sale.orders.missing(),
                                sale.orders.surplus()),
                        Stage.text(
                                "At the worst %,d were waiting. Without the queue about %,.0f would have been turned away.",
                                sale.peak.get(), sale.turnedAway)));
    }

    /** The shop: open for four fifths of the play, with the rush early on. */
    private Void sell() {
        try (KafkaProducer<String, String> producer = stage.producer()) {
            double due = 0;
            long taken = 0;
            double before = stage.elapsed();
            while (stage.progress() < 0.8) {
                double now = stage.elapsed();
                boolean rush = stage.progress() >= 0.15 && stage.progress() < 0.35;
                due += (now - before) * (rush ? RUSH_PER_SECOND : USUAL_PER_SECOND);
                before = now;
                for (; taken < due; taken++) {
                    String order = "order-" + taken;
                    Future<RecordMetadata> _ =
                            producer.send(new ProducerRecord<>(topic, order, "1 weir, please"), (stored, failure) -> {
                                if (failure == null) {
                                    orders.sent(order);
                                }
                            });
                }
                stage.pause(Duration.ofMillis(5));
            }
            producer.flush();
        }
        closed.set(true);
        return null;
    }

    /** The service: steady, whatever comes. */
    private Void serve() {
        try (KafkaConsumer<String, String> consumer = stage.consumer("service", topic)) {
            long done = 0;
            double start = stage.elapsed();
            while (!closed.get() || !orders.complete()) {
                for (ConsumerRecord<String, String> order : consumer.poll(Duration.ofMillis(100))) {
                    orders.arrived(order.key());
                    done++;
                    double ahead = done / (double) SERVED_PER_SECOND - (stage.elapsed() - start);
                    if (ahead > 0) {
                        stage.pause(Duration.ofMillis((long) (ahead * 1000) + 1));
                    } else if (ahead < -0.1) {
                        // There was nothing to do: nobody serves faster for having rested.
                        start = stage.elapsed() - done / (double) SERVED_PER_SECOND;
                    }
                }
                consumer.commitSync();
            }
        }
        return null;
    }

    private void look() {
        double now = stage.elapsed();
        long sent = orders.sent();
        long served = orders.arrived();
        double span = Math.max(0.001, now - seenAt);
        double in = (sent - seenSent) / span;
        double out = (served - seenServed) / span;
        long waiting = Math.max(0, sent - served);
        peak.accumulateAndGet(waiting, Math::max);
        turnedAway += Math.max(0, in - SERVED_PER_SECOND) * span;
        stage.line(
                "%5.1f s  %s %5.0f   %s %4.0f   %s %,6d",
                now,
                Stage.bar(in, RUSH_PER_SECOND, 25),
                in,
                Stage.bar(out, RUSH_PER_SECOND, 12),
                out,
                Stage.bar((double) waiting, 200.0 * stage.seconds(), 20),
                waiting);
        seenSent = sent;
        seenServed = served;
        seenAt = now;
    }
}
