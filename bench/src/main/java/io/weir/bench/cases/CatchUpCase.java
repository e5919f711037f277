package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Latencies;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Readers;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether reading old data disturbs those who write. */
final class CatchUpCase implements Case {
    private static final long FETCH_BYTES = 50_000_000;
    private static final int TURNS = 4;
    /** Until those who have begun to read have what they take at first, or what they left is gone: that does not count. */
    private static final int SETTLE_SECONDS = 2;

    private final String name;
    private final Workload defaults;

    private CatchUpCase(String name, Workload defaults) {
        this.name = name;
        this.defaults = defaults;
    }

    /** At one server. */
    static CatchUpCase alone() {
        return new CatchUpCase("catch-up", readers(10_000, 2000, 1, 100));
    }

    /** Through the proxies of a cluster on HDFS. */
    static CatchUpCase cluster() {
        return new CatchUpCase("cold-readers", Topologies.in(readers(2000, 3000, 10, 4), 1));
    }

    private static Workload readers(int rate, int backlogMegabytes, int consumers, int megabytesPerSecond) {
        return LatencyCase.fixedRate()
                .with(Dimension.RATE, rate)
                .with(Dimension.PARTITIONS, 6)
                .with(Dimension.BACKLOG, backlogMegabytes)
                .with(Dimension.CONSUMERS, consumers)
                .with(Dimension.READ_RATE, megabytesPerSecond)
                .with(Dimension.COLD, "no");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "time until a record is acknowledged while consumers read old data, against the same without them";
    }

    @Override
    public Workload defaults() {
        return defaults;
    }

    @Override
    public long diskBytes(Workload workload) {
        long once = LatencyCase.fixedRateBytes(workload) * 2 + workload.number(Dimension.BACKLOG) * 1_050_000;
        return once * Topologies.replicas(workload);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        int rate = workload.count(Dimension.RATE);
        int seconds = workload.count(Dimension.SECONDS);
        int partitions = workload.count(Dimension.PARTITIONS);
        Clients clients = trial.start();
        String old = trial.topic(clients, partitions);
        String fresh = trial.topic(clients, partitions);
        fill(trial, clients, old);
        Payloads payloads = new Payloads(workload.count(Dimension.RECORD_SIZE));
        try (Sender sender = new Sender(clients.producer(workload), fresh, payloads);
                Readers readers = new Readers(clients, old, workload.count(Dimension.CONSUMERS), FETCH_BYTES)) {
            LatencyRun run = new LatencyRun(List.of(sender), 0, trial.progress(), trial.time());
            trial.progress().phase("warm-up");
            // With readers: what they need of server and client is to be compiled when it counts.
            reading(readers, trial, () -> run.run(rate, workload.count(Dimension.WARMUP)));
            Latencies without = new Latencies();
            Latencies with = new Latencies();
            double megabytes = 0;
            int turns = Math.min(TURNS, seconds);
            // In turns: what else the servers and the disk have to do, as after so many old data, disturbs both alike.
            for (int turn = 0; turn < turns; turn++) {
                trial.progress().phase("without readers");
                run.run(rate, SETTLE_SECONDS);
                trial.measure(() -> run.run(rate, seconds / turns, without));
                if (workload.text(Dimension.COLD).equals("yes")) {
                    dropPageCache();
                }
                trial.progress().phase("with readers");
                double read = reading(readers, trial, () -> {
                    run.run(rate, SETTLE_SECONDS);
                    trial.measure(() -> run.run(rate, seconds / turns, with));
                });
                megabytes += read / turns;
            }
            double alone = without.percentile(99);
            double together = with.percentile(99);
            return List.of(
                    Figure.less("p99 alone", "ms", alone),
                    Figure.less("p99 with readers", "ms", together),
                    Figure.less("p99 with / alone", "x", together / alone),
                    Figure.less("p99.9 alone", "ms", without.percentile(99.9)),
                    Figure.less("p99.9 with readers", "ms", with.percentile(99.9)),
                    Figure.more("old data read", "MB/s", megabytes));
        }
    }

    /** Reads old data for as long as the work takes; returns megabytes a second, of all readers together. */
    private static double reading(Readers readers, Trial trial, Trial.Work work)
            throws IOException, InterruptedException {
        long start = trial.time().nanoseconds();
        readers.start(trial.workload().number(Dimension.READ_RATE) * 1e6, trial.time());
        long bytes;
        try {
            work.run();
        } finally {
            bytes = readers.stop();
        }
        return bytes * 1e3 / (trial.time().nanoseconds() - start);
    }

    private static void fill(Trial trial, Clients clients, String topic) throws IOException, InterruptedException {
        trial.progress().phase("old data");
        Workload workload = trial.workload();
        Workload fill = workload.with(Dimension.LINGER, 5);
        long records = workload.number(Dimension.BACKLOG) * 1_000_000 / workload.number(Dimension.RECORD_SIZE);
        try (ProduceRun run = new ProduceRun(clients, topic, fill, 1, trial.progress(), trial.time())) {
            run.send(records);
        }
    }

    /** What has not been written yet cannot be dropped, and counts as not so old. */
    private static void dropPageCache() throws IOException {
        Path file = Path.of("/proc/sys/vm/drop_caches");
        try {
            Files.writeString(file, "1");
        } catch (IOException e) {
            throw new IOException(
                    "--cold yes needs to write to " + file + ", which only root of a Linux machine may", e);
        }
    }
}
