package io.weir.bench.cases;

import io.weir.bench.load.Latencies;
import io.weir.bench.load.Pace;
import io.weir.bench.load.Sender;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** Sends at a fixed rate and notes how long each record took since the moment at which it should have been sent. */
final class LatencyRun {
    private static final int LOOK_EVERY = 1000;

    private final List<Sender> senders;
    private Latencies latencies = new Latencies();
    private final Progress progress;
    private final Time time;
    private final int partitions;

    /**
     * @param senders take turns
     * @param partitions over which the records go in turn; 0 for the producer's own choice
     */
    LatencyRun(List<Sender> senders, int partitions, Progress progress, Time time) {
        this.senders = List.copyOf(senders);
        this.partitions = partitions;
        this.progress = progress;
        this.time = time;
    }

    /** Forgets what came before and sends for so long. Returns when all is acknowledged. */
    void run(int rate, int seconds) throws IOException {
        run(rate, seconds, new Latencies());
    }

    /** Sends for so long, and adds what it sees to {@code into}. Returns when all is acknowledged. */
    void run(int rate, int seconds, Latencies into) throws IOException {
        latencies = into;
        Pace pace = new Pace(time, rate);
        long records = (long) rate * seconds;
        for (long number = 0; number < records; number++) {
            long moment = pace.await(number);
            Sender sender = senders.get((int) (number % senders.size()));
            @Nullable Integer partition = partitions == 0 ? null : (int) (number % partitions);
            sender.send(partition, moment, () -> into.record(time.nanoseconds() - moment));
            if (number % LOOK_EVERY == 0) {
                long second = number / rate;
                progress.interim(() ->
                        second + " of " + seconds + " s, p99 so far " + Trial.number(into.percentile(99)) + " ms");
            }
        }
        for (Sender sender : senders) {
            sender.flush();
        }
    }

    Latencies latencies() {
        return latencies;
    }
}
