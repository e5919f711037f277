package io.weir.bench.soak;

import io.weir.bench.soak.Problems.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;

/**
 * What is known of each numbered partition: how far it was acknowledged, and how far each group has seen it without a
 * hole. A few numbers a partition, however long the run. Any thread.
 */
final class Ledger {
    private final Map<TopicPartition, Page> pages = new ConcurrentHashMap<>();
    private final Problems problems;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder repeated = new LongAdder();

    private static final class Page {
        private final boolean expires;
        private final Map<String, Long> seen = new ConcurrentHashMap<>();
        private final Map<String, Long> committed = new ConcurrentHashMap<>();
        private long acknowledged;

        Page(boolean expires) {
            this.expires = expires;
        }
    }

    Ledger(Problems problems) {
        this.problems = problems;
    }

    /** @param expires retention may remove records before anybody reads them */
    void open(TopicPartition partition, boolean expires) {
        pages.put(partition, new Page(expires));
    }

    /** Nobody asks about the partition any more. */
    void close(TopicPartition partition) {
        pages.remove(partition);
    }

    /** Record {@code number} was acknowledged at {@code offset}. */
    void acknowledged(TopicPartition partition, long number, long offset) {
        if (offset != number) {
            problems.add(
                    offset > number ? Kind.DUPLICATE : Kind.LOSS,
                    "record " + number + " of " + partition + " was acknowledged at offset " + offset);
        }
        Page page = page(partition);
        synchronized (page) {
            page.acknowledged = Math.max(page.acknowledged, offset + 1);
        }
    }

    /** The offset behind the last acknowledged record. */
    long acknowledged(TopicPartition partition) {
        Page page = page(partition);
        synchronized (page) {
            return page.acknowledged;
        }
    }

    /** Checks a record by itself: it is whole, and it is where it belongs. */
    boolean check(TopicPartition partition, long offset, byte[] value, String reader) {
        long number = Numbered.number(value);
        if (number == offset) {
            return true;
        }
        Kind kind = number < 0 ? Kind.DAMAGE : number < offset ? Kind.DUPLICATE : Kind.LOSS;
        problems.add(kind, reader + " found record " + number + " at offset " + offset + " of " + partition);
        return false;
    }

    /** A member of the group was given this record. */
    void delivered(String group, TopicPartition partition, long offset, byte[] value) {
        check(partition, offset, value, group);
        delivered.increment();
        Page page = page(partition);
        synchronized (page) {
            long next = page.seen.getOrDefault(group, 0L);
            if (offset < next) {
                repeated.increment();
            } else if (offset > next && !page.expires) {
                problems.add(Kind.LOSS, group + " was given " + offset + " of " + partition + " after " + (next - 1));
            }
            page.seen.put(group, Math.max(next, offset + 1));
        }
    }

    /** The group's commit was acknowledged. */
    void committed(String group, TopicPartition partition, long offset) {
        page(partition).committed.merge(group, offset, Math::max);
    }

    long committed(String group, TopicPartition partition) {
        return page(partition).committed.getOrDefault(group, 0L);
    }

    /** A member that was just given the partition began at {@code offset}; committed was {@code floor} at least. */
    void began(String group, TopicPartition partition, long floor, long offset) {
        if (offset < floor) {
            problems.add(
                    Kind.COMMIT_FORGOTTEN,
                    group + " began at " + offset + " of " + partition + ", committed was " + floor);
        }
    }

    /** How far all of these groups have committed the partition. */
    long committedByAll(TopicPartition partition, List<String> groups) {
        return groups.stream()
                .mapToLong(group -> committed(group, partition))
                .min()
                .orElse(0);
    }

    /** Acknowledged records that a group has not seen, over all partitions that keep theirs. */
    long unseen(List<String> groups) {
        long unseen = 0;
        for (Page page : pages.values()) {
            synchronized (page) {
                if (page.expires) {
                    continue;
                }
                for (String group : groups) {
                    unseen += Math.max(0, page.acknowledged - page.seen.getOrDefault(group, 0L));
                }
            }
        }
        return unseen;
    }

    long acknowledged() {
        return pages.keySet().stream().mapToLong(this::acknowledged).sum();
    }

    long delivered() {
        return delivered.sum();
    }

    /** Deliveries to a group that had seen the record already: fine after a rebalance or a crash. */
    long repeated() {
        return repeated.sum();
    }

    private Page page(TopicPartition partition) {
        Page page = pages.get(partition);
        if (page == null) {
            throw new IllegalStateException("nobody writes to " + partition);
        }
        return page;
    }
}
