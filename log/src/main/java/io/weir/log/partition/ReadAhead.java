package io.weir.log.partition;

import io.weir.common.error.WeirException;
import io.weir.log.cache.ReadCacheConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads segments ahead of those who read them in order. Who goes on where a read of the partition ended is such a
 * reader, whatever the connection or the session; with every such read the stretch ahead doubles up to a bound. The
 * readers that were not seen for longest are forgotten. Any thread; the store is read on the executor.
 */
public final class ReadAhead {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);
    private static final int FIRST_BLOCKS = 2;

    private final ReadCacheConfig config;
    private final Executor executor;
    // Guarded by this object's monitor, with the readers in it.
    private final Map<Position, Reader> readers = new LinkedHashMap<>();
    private int running;

    /** @param executor may block */
    public ReadAhead(ReadCacheConfig config, Executor executor) {
        this.config = config;
        this.executor = executor;
    }

    /** What can be read ahead. */
    public interface Target {
        /** The offset behind the last segment. */
        long nextOffset();

        /** Brings so many bytes from {@code offset} on into the read cache, as far as it takes them now; blocks. */
        void readAhead(long offset, int bytes);
    }

    /** Where somebody will go on, if he reads in order. */
    private record Position(Uuid topicId, int partition, long offset) {}

    private static final class Reader {
        private int windowBytes;
        private long sinceBytes; // that he has read since the window grew
        private int running;

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
    }

    /** Somebody has read {@code bytes} of segments from {@code offset} to below {@code nextOffset}. */
    public void onRead(TopicIdPartition id, long offset, long nextOffset, int bytes, Target segments) {
        if (!config.enabled() || nextOffset <= offset) {
            return;
        }
        List<Runnable> started = new ArrayList<>();
        synchronized (this) {
            Reader known = readers.remove(new Position(id.topicId(), id.partition(), offset));
            Reader reader = known == null ? new Reader() : known;
            boolean due = known != null && reader.advance(bytes, config);
            readers.put(new Position(id.topicId(), id.partition(), nextOffset), reader);
            trim();
            // At the end of the segments there is nothing to fetch, and the tail is in memory anyway.
            while (due
                    && nextOffset < segments.nextOffset()
                    && running < config.maxReadAheadLoads()
                    && reader.running < config.readAheadsPerReader()) {
                reader.running++;
                running++;
                int window = reader.windowBytes;
                started.add(() -> fetch(reader, segments, nextOffset, window));
            }
        }
        for (Runnable fetch : started) {
            try {
                executor.execute(fetch);
            } catch (RejectedExecutionException e) {
                LOG.debug("read_ahead=ended reason=\"the node shuts down\"");
                return;
            }
        }
    }

    private void trim() {
        Iterator<Reader> eldest = readers.values().iterator();
        while (readers.size() > config.maxReaders()) {
            eldest.next();
            eldest.remove();
        }
    }

    private void fetch(Reader reader, Target segments, long offset, int bytes) {
        try {
            segments.readAhead(offset, bytes);
        } catch (WeirException e) {
            // The reader meets it when he gets there, if it is still there.
            LOG.debug("read_ahead=failed offset={} reason={}", offset, e.getMessage());
        } finally {
            synchronized (this) {
                reader.running--;
                running--;
            }
        }
    }
}
