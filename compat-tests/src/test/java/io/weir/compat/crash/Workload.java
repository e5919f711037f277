package io.weir.compat.crash;

import io.weir.compat.support.Await;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.common.TopicPartition;

/** Writers and two groups of readers, each on a thread of its own, and all that they know. */
final class Workload implements AutoCloseable {
    private final Map<TopicPartition, PartitionHistory> histories = new LinkedHashMap<>();
    private final Map<String, ConcurrentMap<TopicPartition, Long>> commits = new LinkedHashMap<>();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Thread> writerThreads = new ArrayList<>();
    private final List<Thread> readerThreads = new ArrayList<>();
    private final ConcurrentMap<String, Throwable> died = new ConcurrentHashMap<>();

    /**
     * Makes the clients without starting them.
     *
     * @param shares the partitions of each writer; partitions may be shared
     */
    Workload(String bootstrap, List<List<TopicPartition>> shares) {
        shares.forEach(share -> share.forEach(p -> histories.putIfAbsent(p, new PartitionHistory())));
        for (int i = 0; i < shares.size(); i++) {
            writers.add(new Writer(i, bootstrap, shares.get(i), histories));
        }
        List<String> topics = histories.keySet().stream()
                .map(TopicPartition::topic)
                .distinct()
                .toList();
        for (String protocol : List.of("classic", "consumer")) {
            ConcurrentMap<TopicPartition, Long> committed = new ConcurrentHashMap<>();
            commits.put("crash-" + protocol, committed);
            for (int i = 0; i < 2; i++) {
                readers.add(new Reader(bootstrap, "crash-" + protocol, protocol, topics, histories, committed));
            }
        }
    }

    void start() {
        writers.forEach(w -> writerThreads.add(thread("writer", w)));
        readers.forEach(r -> readerThreads.add(thread("reader", r)));
    }

    private Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                died.put(name + " " + work, e);
            }
        });
    }

    /** Waits until every writer has had another acknowledgement: then all of them are under way again. */
    void awaitProgress() {
        List<Long> before = writers.stream().map(Writer::acknowledged).toList();
        Await.until("an acknowledgement for every writer", () -> {
            for (int i = 0; i < writers.size(); i++) {
                if (writers.get(i).acknowledged() <= before.get(i)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Stops the writers, when all that they sent is acknowledged, and then the readers, when they have read it all. */
    void finish() throws InterruptedException {
        writers.forEach(Writer::stop);
        for (Thread thread : writerThreads) {
            thread.join(Await.BOUND);
        }
        Await.holds(
                Await.BOUND,
                () -> commits.values().stream()
                        .allMatch(committed -> histories.entrySet().stream()
                                .allMatch(e -> committed.getOrDefault(e.getKey(), 0L)
                                        >= e.getValue().acknowledgedEnd())));
        readers.forEach(Reader::stop);
        for (Thread thread : readerThreads) {
            thread.join(Await.BOUND);
        }
    }

    /** Stops what still runs. Its server may be gone: the writers give up at their delivery time-out. */
    @Override
    public void close() {
        writers.forEach(Writer::abandon);
        readers.forEach(Reader::stop);
    }

    Map<TopicPartition, PartitionHistory> histories() {
        return histories;
    }

    /** Returns, for each group, the highest offset of each partition whose commit was acknowledged. */
    Map<String, ConcurrentMap<TopicPartition, Long>> commits() {
        return commits;
    }

    /** Returns what ended a client; empty if all is well. */
    Map<String, Throwable> died() {
        return died;
    }

    @Override
    public String toString() {
        return "acknowledged="
                + writers.stream().mapToLong(Writer::acknowledged).sum()
                + " failed=" + writers.stream().mapToLong(Writer::failed).sum()
                + " failedCommits="
                + readers.stream().mapToLong(Reader::failedCommits).sum();
    }
}
