package io.weir.proxy.tail;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * What an owner is being asked for beside a tail's subscription. Readers who are near each other want stretches that overlap:
 * one waits for another's answer where that will probably have its offset, and asks for no more than is missing until what is
 * known. How far bytes reach is judged by the last answer. Guarded by its tail's monitor.
 */
final class Fills {
    private final int mostBytes;
    /** Asked for beyond what is probably missing: one answer too many is dearer than some bytes. */
    private final int marginBytes;

    private final TreeMap<Long, Fill> underWay = new TreeMap<>();
    private double bytesEach;

    /** One question. */
    record Fill(long from, int maxBytes, CompletableFuture<Errors> answer) {}

    /** @param mostBytes asked for at one time */
    Fills(int mostBytes) {
        this.mostBytes = mostBytes;
        this.marginBytes = mostBytes / 64;
    }

    /** The last of those who will probably have the offset; null when none will. */
    @Nullable
    Fill covering(long offset) {
        Map.Entry<Long, Fill> before = underWay.floorEntry(offset);
        if (before == null) {
            return null;
        }
        Fill fill = before.getValue();
        boolean reaches = offset == fill.from()
                || (bytesEach > 0 && (offset - fill.from()) * bytesEach < fill.maxBytes() - marginBytes);
        return reaches ? fill : null;
    }

    /**
     * A question of one's own.
     *
     * @param known the next offset that is in memory; null when none is
     */
    Fill begin(long offset, @Nullable Long known) {
        Long coming = underWay.higherKey(offset);
        long until = Math.min(known == null ? Long.MAX_VALUE : known, coming == null ? Long.MAX_VALUE : coming);
        double missing = until == Long.MAX_VALUE || bytesEach == 0 ? mostBytes : (until - offset) * bytesEach;
        Fill fill = new Fill(
                offset, (int) Math.min(mostBytes, missing + missing / 8 + marginBytes), new CompletableFuture<>());
        underWay.put(offset, fill);
        return fill;
    }

    void end(Fill fill) {
        underWay.remove(fill.from(), fill);
    }

    /** To judge others by. */
    void seen(Chunk chunk) {
        bytesEach = (double) chunk.sizeBytes() / (chunk.next() - chunk.from());
    }

    boolean isEmpty() {
        return underWay.isEmpty();
    }
}
