package io.weir.bench.soak;

import io.weir.bench.soak.Problems.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics that are made, written, read and deleted again, by clients that come and go with them. One thread. */
final class BriefTopics {
    private static final int RECORDS = 100;
    private static final long BOUND_SECONDS = 20;

    private final String bootstrap;
    private final Audit audit;
    private final Ledger ledger;
    private final LongAdder whole = new LongAdder();
    private final LongAdder disturbed = new LongAdder();
    private final List<String> leftovers = new ArrayList<>();
    private final Problems problems;
    private long count;

    BriefTopics(String bootstrap, Audit audit, Ledger ledger, Problems problems) {
        this.bootstrap = bootstrap;
        this.audit = audit;
        this.ledger = ledger;
        this.problems = problems;
    }

    /** The life of one topic. */
    void live(Admin admin) throws InterruptedException {
        String name = "brief-" + count++;
        TopicPartition partition = new TopicPartition(name, 0);
        leftovers.add(name);
        try {
            get(admin.createTopics(List.of(new NewTopic(name, 2, (short) 1))).all());
            ledger.open(partition, true);
            write(partition);
            Optional<Long> read = audit.read(partition, false);
            if (read.isPresent() && read.get() != RECORDS) {
                problems.add(Kind.LOSS, name + " has " + read.get() + " of " + RECORDS + " records");
            }
            (read.isPresent() ? whole : disturbed).increment();
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            disturbed.increment(); // The node was away.
        } finally {
            ledger.close(partition);
        }
        deleteAll(admin);
    }

    private void write(TopicPartition partition) throws InterruptedException, ExecutionException, TimeoutException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "linger.ms", 5, "max.block.ms", 15_000),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (long number = 0; number < RECORDS; number++) {
                byte[] value = Numbered.value(number, SoakPlan.RECORD_BYTES);
                sent.add(producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, value)));
            }
            for (int number = 0; number < RECORDS; number++) {
                RecordMetadata where = sent.get(number).get(BOUND_SECONDS, TimeUnit.SECONDS);
                ledger.acknowledged(partition, number, where.offset());
            }
        }
    }

    private void deleteAll(Admin admin) throws InterruptedException {
        for (String name : List.copyOf(leftovers)) {
            try {
                get(admin.deleteTopics(List.of(name)).all());
                leftovers.remove(name);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    leftovers.remove(name);
                }
            } catch (KafkaException | TimeoutException e) {
                return; // The next one's turn.
            }
        }
    }

    private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    long whole() {
        return whole.sum();
    }

    /** Lives that a restart of the node came into. */
    long disturbed() {
        return disturbed.sum();
    }
}
