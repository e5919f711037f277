package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Reader;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Consume throughput. */
final class ConsumeCase implements Case {
    /** What all consumers together may have fetched and not handed out: the client's heap is one gigabyte. */
    private static final long FETCH_BYTES = 200_000_000;

    @Override
    public String name() {
        return "consume";
    }

    @Override
    public String description() {
        return "throughput of consumers that each read the whole topic from its beginning";
    }

    @Override
    public Workload defaults() {
        return Workload.empty()
                .with(Dimension.RECORDS, 800_000)
                .with(Dimension.RECORD_SIZE, 1024)
                .with(Dimension.PARTITIONS, 6)
                .with(Dimension.COMPRESSION, "none")
                .with(Dimension.CONSUMERS, 1)
                .with(Dimension.PASSES, 5);
    }

    @Override
    public long diskBytes(Workload workload) {
        return workload.number(Dimension.RECORDS) * workload.number(Dimension.RECORD_SIZE);
    }

    @Override
    public List<Figure> run(Trial trial) throws IOException, InterruptedException {
        Workload workload = trial.workload();
        Clients clients = trial.start();
        String topic = trial.topic(clients, workload.count(Dimension.PARTITIONS));
        long records = workload.number(Dimension.RECORDS);
        trial.progress().phase("fill");
        try (ProduceRun run = new ProduceRun(clients, topic, workload, 1, trial.progress(), trial.time())) {
            run.send(records);
        }
        List<Reader> readers = new ArrayList<>();
        int consumers = workload.count(Dimension.CONSUMERS);
        try (ExecutorService threads = Executors.newFixedThreadPool(consumers)) {
            for (int reader = 0; reader < consumers; reader++) {
                readers.add(new Reader(clients, topic, FETCH_BYTES / consumers));
            }
            // Each has read it once: connections stand, both sides have been compiled.
            trial.progress().phase("warm-up");
            readAll(trial, threads, readers, records, 1);
            trial.progress().phase("consume");
            int passes = workload.count(Dimension.PASSES);
            Trial.Taken taken = trial.measure(() -> readAll(trial, threads, readers, records, passes));
            double bytes = (double) records * workload.number(Dimension.RECORD_SIZE) * passes * consumers;
            return List.of(
                    Figure.more("throughput", "MB/s", bytes / 1e6 / taken.seconds()),
                    Figure.less("server CPU per GB", "s", taken.cpu().processSeconds() / (bytes / 1e9)),
                    Figure.less("client CPU per GB", "s", taken.cpu().clientSeconds() / (bytes / 1e9)),
                    Figure.less("resident memory", "MB", trial.residentBytes() / 1e6));
        } finally {
            readers.forEach(Reader::close);
        }
    }

    private static void readAll(Trial trial, ExecutorService threads, List<Reader> readers, long records, int passes)
            throws IOException, InterruptedException {
        List<Future<?>> running = new ArrayList<>();
        for (Reader reader : readers) {
            running.add(threads.submit(() -> {
                for (int pass = 0; pass < passes; pass++) {
                    String prefix = "pass " + (pass + 1) + " of " + passes + ", ";
                    reader.readFromBeginning(
                            records, done -> trial.progress().interim(() -> prefix + done * 100 / records + " %"));
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
    }
}
