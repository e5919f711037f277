package io.weir.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** Makes the topics of a run, and keeps them from filling the disk. One thread. */
final class Keeper {
    private static final long BOUND_SECONDS = 30;

    /** Retention, by size and by age, takes from it what nobody may have read. */
    static final TopicPartition EXPIRING = new TopicPartition("expiring", 0);

    /** For latencies. */
    static final TopicPartition PROBE = new TopicPartition("probe", 0);

    private final Ledger ledger;

    Keeper(Ledger ledger) {
        this.ledger = ledger;
    }

    static List<TopicPartition> kept(String codec) {
        return IntStream.range(0, SoakPlan.PARTITIONS)
                .mapToObj(partition -> new TopicPartition("kept-" + codec, partition))
                .toList();
    }

    static List<TopicPartition> kept() {
        return Stream.concat(SoakPlan.CODECS.stream().flatMap(codec -> kept(codec).stream()), Stream.of(PROBE))
                .toList();
    }

    void create(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        kept().forEach(partition -> ledger.open(partition, false));
        ledger.open(EXPIRING, true);
        List<NewTopic> topics = new ArrayList<>();
        SoakPlan.CODECS.forEach(codec -> topics.add(topic("kept-" + codec, SoakPlan.PARTITIONS, Map.of())));
        topics.add(topic(PROBE.topic(), 1, Map.of()));
        topics.add(topic(
                EXPIRING.topic(),
                1,
                Map.of("retention.bytes", "4194304", "retention.ms", "20000", "segment.bytes", "1048576")));
        admin.createTopics(topics).all().get(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    private static NewTopic topic(String name, int partitions, Map<String, String> settings) {
        return new NewTopic(name, partitions, (short) 1).configs(settings);
    }

    /** Deletes the older ones of the records that all groups have read. */
    void trim(Admin admin) throws InterruptedException {
        for (TopicPartition partition : kept()) {
            long before = ledger.committedByAll(partition, Groups.names()) - SoakPlan.KEPT_RECORDS;
            if (before > 0) {
                try {
                    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                            .all()
                            .get(BOUND_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException | TimeoutException e) {
                    return; // The node is away; the next time does it.
                }
            }
        }
    }
}
