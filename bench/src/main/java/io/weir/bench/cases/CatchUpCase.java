package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Reader;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether reading old data disturbs those who write. */
final class CatchUpCase implements Case {
    private static final long FETCH_BYTES = 50_000_000;

    @Override
    public String name() {
        return "catch-up";
    }

    @Override
    public String description() {
        return "time until a record is acknowledged while a consumer reads old data, against the same without it";
    }

    @Override
    public Workload defaults() {
        return LatencyCase.fixedRate()
                .with(Dimension.RATE, 10_000)
                .with(Dimension.PARTITIONS, 6)
                .with(Dimension.BACKLOG, 2000)
                .with(Dimension.READ_RATE, 100)
                .with(Dimension.COLD, "no");
    }

    @Override
    public long diskBytes(Workload workload) {
        return LatencyCase.fixedRateBytes(workload) * 2 + workload.number(Dimension.BACKLOG) * 1_050_000;
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
                Reader reader = new Reader(clients, old, FETCH_BYTES);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            LatencyRun run = new LatencyRun(List.of(sender), 0, trial.progress(), trial.time());
            trial.progress().phase("warm-up");
            // With the reader: what it needs of server and client is to be compiled when it counts.
            reading(thread, reader, trial, () -> run.run(rate, workload.count(Dimension.WARMUP)));
            trial.progress().phase("without a reader");
            trial.measure(() -> run.run(rate, seconds));
            double alone = run.latencies().percentile(99);
            double aloneHigh = run.latencies().percentile(99.9);
            if (workload.text(Dimension.COLD).equals("yes")) {
                dropPageCache();
            }
            trial.progress().phase("with a reader");
            double megabytes = reading(thread, reader, trial, () -> trial.measure(() -> run.run(rate, seconds)));
            double together = run.latencies().percentile(99);
            return List.of(
                    Figure.less("p99 alone", "ms", alone),
                    Figure.less("p99 with reader", "ms", together),
                    Figure.less("p99 with / alone", "x", together / alone),
                    Figure.less("p99.9 alone", "ms", aloneHigh),
                    Figure.less("p99.9 with reader", "ms", run.latencies().percentile(99.9)),
                    Figure.more("old data read", "MB/s", megabytes));
        }
    }

    /** Reads old data for as long as the work takes; returns megabytes a second. */
    private static double reading(ExecutorService thread, Reader reader, Trial trial, Trial.Work work)
            throws IOException, InterruptedException {
        AtomicBoolean goOn = new AtomicBoolean(true);
        long start = trial.time().nanoseconds();
        Future<Long> read = thread.submit(
                () -> reader.readUntil(trial.workload().number(Dimension.READ_RATE) * 1e6, trial.time(), goOn::get));
        try {
            work.run();
        } finally {
            goOn.set(false);
        }
        return result(read) * 1e3 / (trial.time().nanoseconds() - start);
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

    private static long result(Future<Long> read) throws IOException, InterruptedException {
        try {
            return read.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
