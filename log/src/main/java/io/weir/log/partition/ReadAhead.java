package io.weir.log.partition;

import io.weir.common.error.WeirException;
import io.weir.log.cache.ReadCacheConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads segments ahead of those who read them in order. Who goes on where a read of the partition ended is such a
 * reader, whatever the connection or the session; with every such read the stretch ahead doubles up to a bound. Where
 * as many are being read ahead for as may be, the others take their turn. The readers that were not seen for longest
 * are forgotten. Any thread; the store is read on the executor.
 */
final class ReadAhead {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);
    private static final int FIRST_BLOCKS = 2;

    private final ReadCacheConfig config;
    private final Executor executor;
    // Guarded by this object's monitor, with the readers in it.
    private final Map<Position, Reader> readers = new LinkedHashMap<>();
    private final Deque<Reader> waiting = new ArrayDeque<>();
    private int running;

    ReadAhead(ReadCacheConfig config, Executor executor) {
        this.config = config;
        this.executor = executor;
    }

    /** Where somebody will go on, if he reads in order. */
    private record Position(Uuid topicId, int partition, long offset) {}

    /** What to read ahead, and for whom. */
    private record Fetch(Reader reader, ColdLog segments, long offset, int bytes) {}

    private static final class Reader {
        private ColdLog segments;
        private long nextOffset;
        private int windowBytes;
        private long sinceBytes; // that he has read since the window grew
        private int running;
        private boolean waiting;

        Reader(ColdLog segments, long nextOffset) {
            this.segments = segments;
            this.nextOffset = nextOffset;
        }

        /** Whether it is time to look ahead again: once a block, not for each small read. */
        boolean advance(int bytes, ReadCacheConfig config) {
            sinceBytes += bytes;
            if (windowBytes > 0 && sinceBytes < config.blockBytes()) {
                return false;
            }
            long next = windowBytes == 0 ? (long) FIRST_BLOCKS * config.blockBytes() : 2L * windowBytes;
            windowBytes = (int) Math.min(next, config.maxReadAheadBytes());
            sinceBytes = 0;
            return true;
        }

        /** At the end of the segments there is nothing to fetch, and the tail is in memory anyway. */
        boolean hasMore() {
            return nextOffset < segments.nextOffset();
        }
    }

    /** Somebody has read {@code bytes} of segments from {@code offset} to below {@code nextOffset}. */
    void onRead(TopicIdPartition id, long offset, long nextOffset, int bytes, ColdLog segments) {
        if (!config.enabled() || nextOffset <= offset) {
            return;
        }
        List<Fetch> started;
        synchronized (this) {
            Reader known = readers.remove(new Position(id.topicId(), id.partition(), offset));
            Reader reader = known == null ? new Reader(segments, nextOffset) : known;
            reader.segments = segments;
            reader.nextOffset = nextOffset;
            readers.put(new Position(id.topicId(), id.partition(), nextOffset), reader);
            trim();
            boolean due = known != null && reader.advance(bytes, config);
            started = due ? start(reader) : List.of();
        }
        for (Fetch fetch : started) {
            try {
                executor.execute(() -> run(fetch));
            } catch (RejectedExecutionException e) {
                LOG.debug("read_ahead=ended reason=\"the node shuts down\"");
                return;
            }
        }
    }

    /** With the monitor held. */
    private List<Fetch> start(Reader reader) {
        List<Fetch> started = new ArrayList<>(config.readAheadsPerReader());
        while (reader.hasMore() && reader.running < config.readAheadsPerReader()) {
            if (running < config.maxReadAheadLoads()) {
                started.add(begin(reader));
            } else {
                if (!reader.waiting && waiting.size() < config.maxReaders()) {
                    reader.waiting = true;
                    waiting.add(reader);
                }
                break;
            }
        }
        return started;
    }

    private Fetch begin(Reader reader) {
        reader.running++;
        running++;
        return new Fetch(reader, reader.segments, reader.nextOffset, reader.windowBytes);
    }

    /** On the executor: this one, and those that wait for their turn meanwhile. */
    private void run(Fetch first) {
        for (Fetch fetch = first; fetch != null; fetch = next()) {
            try {
                fetch.segments.readAhead(fetch.offset, fetch.bytes);
            } catch (WeirException e) {
                // The reader meets it when he gets there, if he is still there.
                LOG.debug("read_ahead=failed offset={} reason={}", fetch.offset, e.getMessage());
            } finally {
                end(fetch);
            }
        }
    }

    private synchronized void end(Fetch fetch) {
        fetch.reader.running--;
        running--;
    }

    private synchronized @Nullable Fetch next() {
        while (running < config.maxReadAheadLoads() && !waiting.isEmpty()) {
            Reader reader = waiting.remove();
            reader.waiting = false;
            if (reader.hasMore() && reader.running < config.readAheadsPerReader()) {
                return begin(reader);
            }
        }
        return null;
    }

    private void trim() {
        Iterator<Reader> eldest = readers.values().iterator();
        while (readers.size() > config.maxReaders()) {
            eldest.next();
            eldest.remove();
        }
    }
}
