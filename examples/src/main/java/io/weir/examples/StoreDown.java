package io.weir.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Decoupling. A shop takes orders; a store ships them and accounting books them. The store goes down for a third of the
 * time: the shop and accounting go on as if nothing had happened, and the store finds everything when it is back.
 */
final class StoreDown {
    private static final int ORDERS_PER_SECOND = 50;

    private final Stage stage;
    private final String topic;
    private final Tally shipped = new Tally();
    private final Tally booked = new Tally();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong meanwhile = new AtomicLong();

    private StoreDown(Stage stage) throws Exception {
        this.stage = stage;
        this.topic = stage.topic("orders", 3);
    }

    /** See {@code bin/example}. */
    public static void main(String[] arguments) throws Exception {
        Stage.main("A store is down while the shop goes on.", StoreDown::play, arguments);
    }

    static Summary play(Stage stage) throws Exception {
        StoreDown play = new StoreDown(stage);
        stage.actor(play::shop);
        stage.actor(play::store);
        stage.actor(() -> {
            play.read("accounting", play.booked, () -> play.closed.get() && play.booked.complete());
            return null;
        });
        stage.line("  time   taken  booked  shipped  waiting for the store");
        stage.until(() -> play.closed.get() && play.shipped.complete() && play.booked.complete(), play::look);
        return new Summary(
                play.shipped.sent() > 0
                        && play.meanwhile.get() > 0
                        && play.shipped.missing() == 0
                        && play.booked.missing() == 0
                        && play.shipped.surplus() == 0
                        && play.booked.surplus() == 0
                        && play.refused.get() == 0,
                List.of(
                        Stage.text(
                                "Orders taken %,d, refused %d; booked %,d; shipped %,d: lost %d, shipped twice %d.",
                                play.shipped.sent(),
                                play.refused.get(),
                                play.booked.arrived(),
                                play.shipped.arrived(),
                                play.shipped.missing() + play.booked.missing(),
                                play.shipped.surplus()),
                        Stage.text(
                                "%,d of them came while the store was down. Neither shop nor accounting noticed.",
                                play.meanwhile.get())));
    }

    private Void shop() {
        try (KafkaProducer<String, String> producer = stage.producer()) {
            Pace pace = new Pace(ORDERS_PER_SECOND, stage.seconds() * 0.9);
            for (long taken = 0; pace.next(); taken++) {
                String order = "order-" + taken;
                Future<RecordMetadata> _ =
                        producer.send(new ProducerRecord<>(topic, order, "1 weir, please"), (stored, failure) -> {
                            if (failure != null) {
                                refused.incrementAndGet();
                                return;
                            }
                            shipped.sent(order);
                            booked.sent(order);
                            if (down.get()) {
                                meanwhile.incrementAndGet();
                            }
                        });
            }
            producer.flush();
        }
        closed.set(true);
        return null;
    }

    /** Up, down, up again: where it goes on is what it has committed. */
    private Void store() {
        read("store", shipped, () -> stage.progress() >= 0.3);
        down.set(true);
        while (stage.progress() < 0.6) {
            stage.pause(Duration.ofMillis(20));
        }
        down.set(false);
        read("store", shipped, () -> closed.get() && shipped.complete());
        return null;
    }

    private void read(String group, Tally tally, BooleanSupplier done) {
        try (KafkaConsumer<String, String> consumer = stage.consumer(group, topic)) {
            while (!done.getAsBoolean()) {
                for (ConsumerRecord<String, String> order : consumer.poll(Duration.ofMillis(100))) {
                    tally.arrived(order.key());
                }
                consumer.commitSync();
            }
        }
    }

    private void look() {
        long waiting = Math.max(0, shipped.sent() - shipped.arrived());
        stage.line(
                "%5.1f s  %,6d  %,6d   %,6d  %s %,5d%s",
                stage.elapsed(),
                shipped.sent(),
                booked.arrived(),
                shipped.arrived(),
                Stage.bar((double) waiting, 0.35 * stage.seconds() * ORDERS_PER_SECOND, 30),
                waiting,
                down.get() ? "  the store is DOWN" : "");
    }
}
