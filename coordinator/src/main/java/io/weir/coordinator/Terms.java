package io.weir.coordinator;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.TopicPartition;

/**
 * The terms that this node serves now. The role begins and ends them on its thread; the loader and the writer, which
 * Kafka's runtime calls with no more than a partition's name, look up here whose turn it is. Any thread.
 */
final class Terms {
    private final Map<TopicPartition, Term> current = new ConcurrentHashMap<>();

    // The runtime loads once an election, in order; several elections may be ahead of it.
    private final Map<TopicPartition, Queue<Term>> elected = new ConcurrentHashMap<>();

    Term begin(TopicPartition partition, int leaderEpoch) {
        Term term = new Term(partition, leaderEpoch);
        current.put(partition, term);
        elected.computeIfAbsent(partition, key -> new ConcurrentLinkedQueue<>()).add(term);
        return term;
    }

    void end(Term term) {
        term.end();
        current.remove(term.topicPartition(), term);
    }

    Optional<Term> current(TopicPartition partition) {
        return Optional.ofNullable(current.get(partition));
    }

    Collection<Term> all() {
        return List.copyOf(current.values());
    }

    /** The term that the runtime loads now: the oldest election that it has not loaded yet, else the present one. */
    Optional<Term> nextToLoad(TopicPartition partition) {
        Queue<Term> waiting = elected.get(partition);
        Term next = waiting == null ? null : waiting.poll();
        return next != null ? Optional.of(next) : current(partition);
    }
}
