package io.weir.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.ServerProcess;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;

/**
 * Clients at work on a server that is stopped again and again at random moments and started again on the same data and
 * port; after each start what clients had been promised must hold, and in the end every record.
 */
final class CrashScenario {
    /** How the server is stopped. */
    enum Stop {
        /** SIGKILL, now and then a second time while the server recovers. */
        KILL,
        /** SIGTERM. */
        TERMINATE
    }

    private static final long LONGEST_RUN_MILLIS = 1_200;
    private static final long LONGEST_RECOVERY_MILLIS = 1_500;

    private final ServerProcess server;
    private final SplittableRandom random;
    private final List<String> report = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();

    CrashScenario(ServerProcess server, long seed) {
        this.server = server;
        this.random = new SplittableRandom(seed);
        note("seed=" + seed + " server=" + server.bootstrap());
    }

    /** Runs so many rounds on a running server, with a writer for each share of partitions. */
    void run(int rounds, Stop stop, List<List<TopicPartition>> shares) throws Exception {
        Workload workload = new Workload(server.bootstrap(), shares);
        try (Cluster cluster = new Cluster(server);
                workload) {
            workload.start();
            for (int round = 1; round <= rounds; round++) {
                workload.awaitProgress();
                pause(random.nextLong(LONGEST_RUN_MILLIS));
                Promises promises = Promises.of(workload);
                long start = System.nanoTime();
                restart(stop);
                note("round=" + round + " restartMillis="
                        + Duration.ofNanos(System.nanoTime() - start).toMillis() + " " + workload);
                broken.addAll(promises.broken(cluster.admin()));
                assertThat(broken).as(this::toString).isEmpty();
            }
            workload.awaitProgress();
            workload.finish();
            assertThat(workload.died()).as(this::toString).isEmpty();
            check(cluster, workload.histories(), toString());
        }
    }

    private void restart(Stop stop) {
        if (stop == Stop.TERMINATE) {
            server.stop();
        } else {
            server.kill();
            while (random.nextInt(4) == 0) {
                server.launch();
                pause(random.nextLong(LONGEST_RECOVERY_MILLIS));
                server.kill();
                note("killed while it recovered");
            }
        }
        server.start();
    }

    /** Reads every partition from its start and holds it against what the clients know. */
    static void check(Cluster cluster, Map<TopicPartition, PartitionHistory> histories, String report) {
        Map<TopicPartition, Long> ends;
        Map<TopicPartition, List<LogChecker.Stored>> logs = new HashMap<>();
        try (var consumer = cluster.bytesConsumer()) {
            consumer.assign(histories.keySet());
            consumer.seekToBeginning(histories.keySet());
            ends = consumer.endOffsets(histories.keySet());
            int total = (int) ends.values().stream().mapToLong(end -> end).sum();
            for (var record : Records.poll(consumer, total)) {
                logs.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), p -> new ArrayList<>())
                        .add(new LogChecker.Stored(record.offset(), Payload.read(record.partition(), record.value())));
            }
            System.out.println("records=" + total);
        }
        Map<TopicPartition, List<Problem>> problems = new HashMap<>();
        histories.forEach((partition, history) -> {
            var found = LogChecker.check(
                    history, logs.getOrDefault(partition, List.of()), ends.getOrDefault(partition, 0L));
            if (!found.isEmpty()) {
                problems.put(partition, found.subList(0, Math.min(found.size(), 20)));
            }
        });
        assertThat(problems).as(report).isEmpty();
    }

    private void note(String line) {
        report.add(line);
        System.out.println(line);
    }

    static void pause(long millis) {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Override
    public String toString() {
        return String.join("\n", report);
    }
}
