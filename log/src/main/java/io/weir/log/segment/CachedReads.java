package io.weir.log.segment;

import io.netty.buffer.ByteBufAllocator;
import io.weir.common.buffer.LeasedRecords;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.cache.BlockCache;
import io.weir.log.cache.BlockKey;
import io.weir.log.cache.BlockLoader;
import io.weir.log.cache.CachedBlock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads segments through the node's block cache. What is one block there is a run of the segment's own blocks, those
 * that start in one stretch of {@code blockBytes}: so it has whole batches only, and its checksums are verified once,
 * when it is loaded. Any number of threads; they block while a block is loading.
 */
final class CachedReads {
    private final SegmentCache segments;
    private final BlockCache cache;
    private final ByteBufAllocator allocator;

    CachedReads(SegmentCache segments, BlockCache cache, ByteBufAllocator allocator) {
        this.segments = segments;
        this.cache = cache;
        this.allocator = allocator;
    }

    /** A run of the segment's blocks that are cached together: {@code first} to {@code last}. */
    private record Run(int first, int last) {}

    Executor executor() {
        return cache.executor();
    }

    /** As {@link SegmentReader#read(long, long, int, boolean)}, but may end between blocks with half of the bytes. */
    SegmentRead read(SegmentReader segment, long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        Question asked = Question.of(segment, offset, endOffset, maxBytes, minOneBatch);
        if (asked.isEmpty()) {
            return asked.nothing();
        }
        List<Run> runs = wanted(asked);
        int at = asked.positionIn(runs.getFirst());
        List<CompletableFuture<CachedBlock>> blocks = new ArrayList<>(runs.size());
        for (Run run : runs) {
            blocks.add(cache.get(key(segment, run), at, loader(segment, run)));
            at = 0;
        }
        Iterator<CompletableFuture<CachedBlock>> left = blocks.iterator();
        try {
            return pick(asked, runs, () -> await(left.next(), segment.location()));
        } finally {
            left.forEachRemaining(CachedReads::letGo);
        }
    }

    /** As {@link SegmentCache#readPresent}. */
    @Nullable
    SegmentRead readPresent(SegmentReader segment, long offset, long endOffset, int maxBytes, boolean minOneBatch) {
        Question asked = Question.of(segment, offset, endOffset, maxBytes, minOneBatch);
        if (asked.isEmpty()) {
            return asked.nothing();
        }
        List<Run> runs = wanted(asked);
        List<BlockKey> keys = new ArrayList<>(runs.size());
        for (Run run : runs) {
            keys.add(key(segment, run));
        }
        List<CachedBlock> blocks = cache.getPresent(keys, asked.positionIn(runs.getFirst()));
        if (blocks == null) {
            return null;
        }
        Iterator<CachedBlock> left = blocks.iterator();
        try {
            return pick(asked, runs, left::next);
        } finally {
            left.forEachRemaining(CachedBlock::release);
        }
    }

    /** What somebody wants of a segment. */
    private record Question(SegmentReader segment, long offset, long end, int from, int maxBytes, boolean minOneBatch) {
        static Question of(SegmentReader segment, long offset, long endOffset, int maxBytes, boolean minOneBatch) {
            long end = Math.min(endOffset, segment.nextOffset());
            return new Question(segment, offset, end, segment.blocks().blockOf(offset), maxBytes, minOneBatch);
        }

        boolean isEmpty() {
            return offset >= end || from == segment.blocks().count();
        }

        SegmentRead nothing() {
            return new SegmentRead(LeasedRecords.EMPTY, Math.max(offset, end));
        }

        int positionIn(Run first) {
            return segment.blocks().start(from) - segment.blocks().start(first.first());
        }
    }

    /** @param blocks one for each run, in order; none after the last that is needed */
    private SegmentRead pick(Question asked, List<Run> runs, Supplier<CachedBlock> blocks) {
        BatchPick pick = new BatchPick(
                asked.segment(),
                allocator,
                new BatchPick.Bounds(asked.offset(), asked.end(), asked.maxBytes(), asked.minOneBatch()));
        boolean found = false;
        try {
            boolean more = true;
            int from = asked.from();
            for (Iterator<Run> each = runs.iterator(); more && each.hasNext(); ) {
                Run run = each.next();
                CachedBlock block = blocks.get();
                try {
                    more = pick.take(block, run.first(), from, run.last());
                } finally {
                    block.release();
                }
                from = run.last() + 1;
            }
            found = true;
        } catch (WeirException e) {
            // What is before the damage is good; who comes for the rest meets it.
            if (pick.isEmpty()) {
                throw e;
            }
            found = true;
        } finally {
            if (!found) {
                pick.release();
            }
        }
        return pick.result();
    }

    /** As {@link SegmentCache#readAhead}. */
    int readAhead(SegmentReader segment, long offset, int bytes) {
        BlockIndex index = segment.blocks();
        int left = bytes;
        for (int from = index.blockOf(offset); left > 0 && from < index.count(); ) {
            Run run = run(index, from);
            int size = size(index, run);
            if (cache.readAhead(key(segment, run), size, loader(segment, run)) == BlockCache.ReadAhead.REFUSED) {
                return -1;
            }
            left -= size;
            from = run.last() + 1;
        }
        return Math.max(0, left);
    }

    void invalidate(String path) {
        cache.invalidate(path);
    }

    private Run run(BlockIndex index, int block) {
        long cell = index.start(block) / cache.config().blockBytes();
        int first = index.blockStartingFrom(cell * cache.config().blockBytes());
        int last = index.blockStartingFrom((cell + 1) * cache.config().blockBytes()) - 1;
        return new Run(first, last);
    }

    private static int size(BlockIndex index, Run run) {
        return index.end(run.last()) - index.start(run.first());
    }

    /**
     * The runs to read. A run that would only fit in part is left for the next read, unless there is little before
     * it: who reads on takes every block once.
     */
    private List<Run> wanted(Question asked) {
        BlockIndex index = asked.segment().blocks();
        int maxBytes = asked.maxBytes();
        List<Run> runs = new ArrayList<>();
        long bytes = 0;
        int next = asked.from();
        do {
            Run run = run(index, next);
            long more = (long) index.end(run.last()) - index.start(next);
            if (bytes >= maxBytes / 2 && bytes > 0 && bytes + more > maxBytes) {
                break;
            }
            runs.add(run);
            bytes += more;
            next = run.last() + 1;
        } while (next < index.count() && bytes < maxBytes && index.lastOffset(next - 1) + 1 < asked.end());
        return runs;
    }

    private static BlockKey key(SegmentReader segment, Run run) {
        SegmentLocation location = segment.location();
        return new BlockKey(location.path(), location.start() + segment.blocks().start(run.first()));
    }

    /** The load may outlive whoever asked for it first: it has the segment open for itself. */
    private BlockLoader loader(SegmentReader segment, Run run) {
        SegmentLocation location = segment.location();
        return () -> {
            try (SegmentLease lease = segments.acquire(location)) {
                return lease.reader().readBlocks(run.first(), run.last());
            }
        };
    }

    private static CachedBlock await(CompletableFuture<CachedBlock> block, SegmentLocation location) {
        try {
            return block.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            letGo(block);
            throw new WeirException(
                    FaultKind.CLOSED, "Interrupted while " + location.path() + " was read from the store", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WeirException fault) {
                throw fault;
            }
            throw new WeirException(
                    FaultKind.INTERNAL, location.path() + " could not be read from the store: " + e.getCause(), e);
        }
    }

    /** Not needed after all: whenever it comes, it goes. */
    private static void letGo(CompletableFuture<CachedBlock> block) {
        CompletableFuture<?> _ = block.thenAccept(CachedBlock::release);
    }
}
