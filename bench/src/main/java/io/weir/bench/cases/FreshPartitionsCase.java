package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Pace;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What the first record of a partition costs. */
final class FreshPartitionsCase implements Case {
    private static final int WARM_UP_PARTITIONS = 6;

    @Override
    public String name() {
        return "fresh";
    }

    @Override
    public String description() {
        return "time until each of many new partitions has taken its first record, at a fixed rate; and until the topic was"
                + " made and each of them answered";
    }

    @Override
    public Workload defaults() {
        return Workload.empty()
                .with(Dimension.PARTITIONS, 1000)
                .with(Dimension.RATE, 20_000)
                .with(Dimension.RECORD_SIZE, 1024)
                .with(Dimension.COMPRESSION, "none")
                .with(Dimension.WARMUP, 5)
                .with(Dimension.LINGER, 0)
                .with(Dimension.BATCH_SIZE, 16384);
    }

    @Override
    public long diskBytes(Workload workload) {
        // Kafka takes some 40 ms for each.
        long seconds = workload.number(Dimension.WARMUP) + workload.number(Dimension.PARTITIONS) / 10;
        return seconds * workload.number(Dimension.RATE) * (workload.number(Dimension.RECORD_SIZE) + 100);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        int rate = workload.count(Dimension.RATE);
        int partitions = workload.count(Dimension.PARTITIONS);
        Payloads payloads = new Payloads(workload.count(Dimension.RECORD_SIZE));
        Clients clients = trial.start();
        trial.progress().phase("warm-up");
        String other = trial.topic(clients, WARM_UP_PARTITIONS);
        try (Sender sender = new Sender(clients.producer(workload), other, payloads)) {
            new LatencyRun(List.of(sender), WARM_UP_PARTITIONS, trial.progress(), trial.time())
                    .run(rate, workload.count(Dimension.WARMUP));
        }
        trial.progress().phase("make the topic");
        long start = trial.time().nanoseconds();
        String topic = trial.topic(clients, partitions);
        double makingSeconds = (trial.time().nanoseconds() - start) / 1e9;
        try (Sender sender = new Sender(clients.producer(workload), topic, payloads)) {
            trial.progress().phase("first records");
            Trial.Taken taken = trial.measure(() -> sendUntilAllHave(trial, sender, rate, partitions));
            return List.of(
                    Figure.less("all have one after", "s", makingSeconds + taken.seconds()),
                    Figure.less("of it making the topic", "s", makingSeconds),
                    Figure.less("of it first records", "s", taken.seconds()),
                    Figure.less("server CPU", "s", taken.cpu().processSeconds()));
        }
    }

    private static void sendUntilAllHave(Trial trial, Sender sender, int rate, int partitions) throws IOException {
        AtomicIntegerArray have = new AtomicIntegerArray(partitions);
        AtomicInteger count = new AtomicInteger();
        Pace pace = new Pace(trial.time(), rate);
        for (long number = 0; count.get() < partitions; number++) {
            pace.await(number);
            int partition = (int) (number % partitions);
            sender.send(partition, () -> {
                if (have.getAndSet(partition, 1) == 0) {
                    count.incrementAndGet();
                }
            });
            trial.progress().interim(() -> count.get() + " of " + partitions + " partitions");
        }
    }
}
