package io.weir.bench.cases;

import io.weir.bench.load.Clients;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Payloads;
import io.weir.bench.load.Sender;
import io.weir.bench.load.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.utils.Time;

/** Producers that send at full speed, each with a thread of its own. Used by one thread. */
final class ProduceRun implements AutoCloseable {
    private static final int LOOK_EVERY = 1024;

    private final List<Sender> senders = new ArrayList<>();
    private final ExecutorService threads;
    private final Progress progress;
    private final Time time;
    private final int recordSize;

    ProduceRun(Clients clients, String topic, Workload workload, int producers, Progress progress, Time time) {
        this.progress = progress;
        this.time = time;
        this.recordSize = workload.count(Dimension.RECORD_SIZE);
        this.threads = Executors.newFixedThreadPool(producers);
        Payloads payloads = new Payloads(recordSize);
        for (int producer = 0; producer < producers; producer++) {
            senders.add(new Sender(clients.producer(workload), topic, payloads));
        }
    }

    /** One record to each partition: whatever a server does at the first one is done then. */
    void touch(int partitions) throws IOException {
        touch(senders, partitions, progress);
    }

    static void touch(List<Sender> senders, int partitions, Progress progress) throws IOException {
        long before = acknowledged(senders);
        for (int partition = 0; partition < partitions; partition++) {
            senders.get(partition % senders.size()).send(partition, () -> {});
            progress.interim(() -> acknowledged(senders) - before + " of " + partitions + " partitions");
        }
        for (Sender sender : senders) {
            sender.flush();
        }
    }

    private static long acknowledged(List<Sender> senders) {
        return senders.stream().mapToLong(Sender::acknowledged).sum();
    }

    /** Sends for some time and waits for the acknowledgements. */
    void sendFor(int seconds) throws IOException, InterruptedException {
        long deadline = time.nanoseconds() + seconds * 1_000_000_000L;
        each(sender -> {
            long sent = 0;
            while (sent % LOOK_EVERY != 0 || time.nanoseconds() < deadline) {
                sender.send();
                sent++;
            }
            sender.flush();
        });
    }

    /** Sends so many records, over all producers, and waits for the acknowledgements. */
    void send(long records) throws IOException, InterruptedException {
        long before = acknowledged();
        long start = time.nanoseconds();
        each(sender -> {
            long mine = records / senders.size() + (senders.indexOf(sender) < records % senders.size() ? 1 : 0);
            for (long sent = 0; sent < mine; sent++) {
                sender.send();
                if (sent % LOOK_EVERY == 0) {
                    progress.interim(() -> interim(acknowledged() - before, records, start));
                }
            }
            sender.flush();
        });
    }

    private String interim(long done, long records, long start) {
        double seconds = Math.max(1e-3, (time.nanoseconds() - start) / 1e9);
        return done * 100 / records + " %, " + Trial.number(done * (double) recordSize / seconds / 1e6) + " MB/s";
    }

    private long acknowledged() {
        return senders.stream().mapToLong(Sender::acknowledged).sum();
    }

    private interface Work {
        void run(Sender sender) throws IOException;
    }

    private void each(Work work) throws IOException, InterruptedException {
        List<Future<?>> running = new ArrayList<>();
        for (Sender sender : senders) {
            running.add(threads.submit(() -> {
                work.run(sender);
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

    @Override
    public void close() {
        threads.shutdownNow();
        senders.forEach(Sender::close);
    }
}
