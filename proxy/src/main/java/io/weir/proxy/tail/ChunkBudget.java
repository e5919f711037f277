package io.weir.proxy.tail;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The memory of all tails: when it is full, what came first goes first. Any thread. */
final class ChunkBudget {
    private final long maxBytes;
    // Guarded by this object's monitor.
    private final ArrayDeque<Entry> byAge = new ArrayDeque<>();
    private long usedBytes;

    private record Entry(RemoteTail tail, Chunk chunk) {}

    ChunkBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    /** Counts a chunk, and makes room for it. Not under a tail's monitor. */
    void add(RemoteTail tail, Chunk chunk) {
        List<Entry> dropped = new ArrayList<>(1);
        synchronized (this) {
            byAge.add(new Entry(tail, chunk));
            usedBytes += chunk.charge();
            while (usedBytes > maxBytes && byAge.size() > 1) {
                Entry oldest = byAge.remove();
                usedBytes -= oldest.chunk.charge();
                dropped.add(oldest);
            }
        }
        dropped.forEach(entry -> entry.tail.drop(entry.chunk));
    }

    /** A tail has ended: forgets its chunks, which it releases itself. */
    synchronized void forget(RemoteTail tail) {
        byAge.removeIf(entry -> {
            boolean gone = entry.tail.equals(tail);
            usedBytes -= gone ? entry.chunk.charge() : 0;
            return gone;
        });
    }
}
