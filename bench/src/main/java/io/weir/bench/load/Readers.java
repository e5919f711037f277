package io.weir.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.utils.Time;

/** Consumers that each read a topic over and over, with a thread of their own. Used by one thread. */
public final class Readers implements AutoCloseable {
    /** In which a reader's share is begun, one after the other. */
    private static final int PLACES = 5;

    private final List<Reader> readers = new ArrayList<>();
    private final List<Future<Long>> reading = new ArrayList<>();
    private final ExecutorService threads;
    private int begun;
    private volatile boolean stopped;

    /** @param fetchBytes what each may have fetched at a time, at most */
    public Readers(Clients clients, String topic, int count, long fetchBytes) {
        threads = Executors.newFixedThreadPool(count);
        for (int reader = 0; reader < count; reader++) {
            readers.add(new Reader(clients, topic, fetchBytes));
        }
    }

    /**
     * Begins to read, each at another place, so that no reader finds what another one has just fetched, nor what was
     * read before this was stopped.
     *
     * @param bytesPerSecond of each, at most; 0 for as fast as it goes
     */
    public void start(double bytesPerSecond, Time time) {
        stopped = false;
        double further = (double) (begun++ % PLACES) / PLACES;
        for (Reader reader : readers) {
            double start = (readers.indexOf(reader) + further) / readers.size();
            reading.add(threads.submit(() -> reader.readUntil(start, bytesPerSecond, time, () -> !stopped)));
        }
    }

    /**
     * Ends it; it may begin again.
     *
     * @return bytes of values that were read, by all together
     * @throws IOException when one could not go on
     */
    public long stop() throws IOException, InterruptedException {
        stopped = true;
        long bytes = 0;
        for (Future<Long> one : reading) {
            try {
                bytes += one.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
        reading.clear();
        return bytes;
    }

    @Override
    public void close() {
        stopped = true;
        threads.close();
        readers.forEach(Reader::close);
    }
}
