package io.weir.log.segment;

import io.weir.common.error.Joined;
import io.weir.storage.ReadFile;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Short reads of files that never change, out of longer ones: a pack has the footers of a thousand segments near each
 * other, and a store over a network takes as long for one of them as for all. The windows that were used last stay in
 * memory, a few of them; each is read once, however many want it. Any thread; reading blocks.
 */
final class ReadWindows {
    private static final int MAX_WINDOWS = 32;

    /** Longer reads are not worth a copy. */
    private static final int SHORT_READS = 8;

    private final int windowBytes;
    // Guarded by this object's monitor, which is not held while a file is read.
    private final Map<Place, CompletableFuture<ByteBuffer>> windows = new LinkedHashMap<>(16, 0.75f, true);

    /** A stretch of an open file. */
    private record Place(Object file, long index) {}

    /**
     * The windows of a store.
     *
     * @param windowBytes 0 for none: every read goes to its file
     */
    ReadWindows(int windowBytes) {
        this.windowBytes = windowBytes;
    }

    /** Whether others have what they look for near this segment: the footers of large ones are far from each other. */
    boolean isWorthwhile(SegmentLocation location) {
        return location.inPack() && location.lengthBytes() <= windowBytes / SHORT_READS;
    }

    /**
     * As {@link ReadFile#readFully}.
     *
     * @param key what the file's windows are remembered by, until {@link #forget}
     */
    void readFully(Object key, ReadFile file, long position, ByteBuffer target) {
        if (target.remaining() > windowBytes / SHORT_READS
                || position < 0
                || position + target.remaining() > file.lengthBytes()) {
            file.readFully(position, target);
            return;
        }
        long at = position;
        while (target.hasRemaining()) {
            ByteBuffer window = window(new Place(key, at / windowBytes), file);
            int from = (int) (at % windowBytes);
            int length = Math.min(target.remaining(), window.limit() - from);
            target.put(window.slice(from, length));
            at += length;
        }
    }

    private ByteBuffer window(Place place, ReadFile file) {
        CompletableFuture<ByteBuffer> mine = null;
        CompletableFuture<ByteBuffer> window;
        synchronized (this) {
            window = windows.get(place);
            if (window == null) {
                mine = new CompletableFuture<>();
                window = mine;
                windows.put(place, mine);
                if (windows.size() > MAX_WINDOWS) {
                    windows.remove(windows.keySet().iterator().next());
                }
            }
        }
        if (mine != null) {
            load(place, file, mine);
        }
        return Joined.of(window);
    }

    private void load(Place place, ReadFile file, CompletableFuture<ByteBuffer> into) {
        try {
            long start = place.index * windowBytes;
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(windowBytes, file.lengthBytes() - start));
            file.readFully(start, bytes);
            into.complete(bytes.flip());
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                windows.remove(place, into);
            }
            into.completeExceptionally(e);
        }
    }

    /** Lets go of a file's windows. */
    synchronized void forget(Object key) {
        if (windowBytes > 0) {
            windows.keySet().removeIf(place -> place.file.equals(key));
        }
    }
}
