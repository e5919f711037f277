package io.weir.compat.groups;

import io.weir.compat.support.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Several members of a group, polled in turns by one thread, and all that they received. */
final class Members {
    private final List<KafkaConsumer<String, String>> members = new ArrayList<>();
    private final List<ConsumerRecord<String, String>> received = new ArrayList<>();

    Members(KafkaConsumer<String, String> only) {
        members.add(only);
    }

    Members(KafkaConsumer<String, String> one, KafkaConsumer<String, String> other) {
        members.add(one);
        members.add(other);
    }

    void add(KafkaConsumer<String, String> member) {
        members.add(member);
    }

    /** Polls this one no more; it is the caller's to close. */
    void remove(KafkaConsumer<String, String> member) {
        members.remove(member);
    }

    /** Polls until the members own so many partitions each, in any order, and none twice. */
    void pollUntilShared(Integer... counts) {
        List<Integer> expected = List.of(counts).stream().sorted().toList();
        pollUntil(
                "shares of " + expected,
                () -> members.stream()
                                .map(m -> m.assignment().size())
                                .sorted()
                                .toList()
                                .equals(expected)
                        && owned().size() == expected.stream().mapToInt(i -> i).sum());
    }

    /** Polls until so many records have come in all. */
    void pollUntilReceived(int count) {
        pollUntil(count + " records", () -> received.size() >= count);
    }

    void pollUntil(String what, Callable<Boolean> condition) {
        Await.until(what, () -> {
            pollOnce();
            return condition.call();
        });
    }

    /** Polls for a while, to see that something does not happen. */
    void pollFor(Duration time) {
        Await.holds(time, () -> {
            pollOnce();
            return false;
        });
    }

    /** Returns the values received so far, in order of arrival. */
    List<String> values() {
        return received.stream().map(ConsumerRecord::value).toList();
    }

    private void pollOnce() {
        for (KafkaConsumer<String, String> member : members) {
            member.poll(Duration.ofMillis(20)).forEach(received::add);
        }
    }

    private Set<TopicPartition> owned() {
        Set<TopicPartition> owned = new HashSet<>();
        members.forEach(m -> owned.addAll(m.assignment()));
        return owned;
    }
}
