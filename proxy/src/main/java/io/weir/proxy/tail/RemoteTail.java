package io.weir.proxy.tail;

import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * One partition of another node, as this proxy has it in memory: recent records, and a subscription at its end while
 * somebody reads. Stretches that were asked for beside the subscription are kept in the same way. Any thread; the monitor is
 * held for look-ups in memory only.
 */
final class RemoteTail {
    private static final long UNKNOWN = -1;
    private static final int NOT_ASKED = -1;

    private final TailKey key;
    private final Tails tails;
    private final TailConfig config;
    private final AtomicInteger pumps = new AtomicInteger();
    // All below is guarded by this object's monitor.
    private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
    private final Fills fills;
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private long logStart = UNKNOWN;
    private long highWatermark = UNKNOWN;
    private long lastStable = UNKNOWN;
    /** Where the subscription goes on; unknown when there is none. */
    private long position = UNKNOWN;

    private long furthest = UNKNOWN;
    private int aheadBytes;
    private int question;
    private int askedEpoch = NOT_ASKED;
    private long askedMs;
    private @Nullable CompletableFuture<?> underWay;
    private int pausedEpoch = NOT_ASKED;
    private long pausedUntilMs;
    private long lastReadMs;
    private boolean ended;

    RemoteTail(TailKey key, Tails tails, TailConfig config) {
        this.key = key;
        this.tails = tails;
        this.config = config;
        this.fills = new Fills(config.fetchBytes());
    }

    /** Told that it is worth to look again. Any thread, must not block. */
    interface Watcher {
        void changed(RemoteTail tail);
    }

    TailKey key() {
        return key;
    }

    /** Somebody is about to read. */
    synchronized void touch(long nowMs) {
        lastReadMs = nowMs;
    }

    synchronized void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    synchronized void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    /** Says what is known beside records. */
    synchronized void describe(PartitionData data) {
        data.setHighWatermark(highWatermark).setLastStableOffset(lastStable).setLogStartOffset(logStart);
    }

    /** What is in memory from the offset on. */
    Look look(long offset, int maxBytes, boolean minOneBatch) {
        Look look;
        boolean wasFull;
        synchronized (this) {
            lastReadMs = tails.nowMs();
            wasFull = aheadBytes > config.aheadBytes();
            look = lookNow(offset, maxBytes, minOneBatch);
        }
        if (wasFull) {
            pump();
        }
        return look;
    }

    private Look lookNow(long offset, int maxBytes, boolean minOneBatch) {
        if (logStart != UNKNOWN && offset < logStart) {
            return new Look.Failed(Errors.OFFSET_OUT_OF_RANGE);
        }
        Chunk first = chunkWith(offset);
        if (first == null) {
            return offset == position && !ended ? new Look.Waiting() : new Look.Missing(readableEnd());
        }
        List<ByteBuffer> buffers = new ArrayList<>();
        List<ReferenceCounted> owners = new ArrayList<>();
        List<AbortedTransaction> aborted = new ArrayList<>();
        int left = maxBytes;
        long at = offset;
        for (Chunk chunk = first; chunk != null && left > 0; chunk = chunkWith(at)) {
            int before = buffers.size();
            long reached = chunk.collect(at, left, minOneBatch && owners.isEmpty(), buffers);
            if (buffers.size() > before) {
                owners.add(chunk.retain());
                chunk.aborted().stream().filter(one -> !aborted.contains(one)).forEach(aborted::add);
                for (ByteBuffer added : buffers.subList(before, buffers.size())) {
                    left -= added.remaining();
                }
            }
            at = reached;
            if (reached < chunk.next()) {
                break; // the next batch does not fit
            }
        }
        advance(at);
        return new Look.Found(new LeasedRecords(buffers, owners), aborted);
    }

    private @Nullable Chunk chunkWith(long offset) {
        Map.Entry<Long, Chunk> nearest = chunks.floorEntry(offset);
        // Two answers may overlap: the one that began before may reach further.
        for (int i = 0; nearest != null && i < 2; i++) {
            if (nearest.getValue().serves(offset)) {
                return nearest.getValue();
            }
            nearest = chunks.lowerEntry(nearest.getKey());
        }
        return null;
    }

    private void advance(long reached) {
        if (reached > furthest) {
            for (Chunk passed : chunks.subMap(furthest, true, reached, false).values()) {
                aheadBytes -= passed.sizeBytes();
            }
            aheadBytes = Math.max(0, aheadBytes);
            furthest = reached;
        }
    }

    private long readableEnd() {
        return key.isolation() == IsolationLevel.READ_COMMITTED ? lastStable : highWatermark;
    }

    /**
     * Asks the owner for what is at the offset, once for all who want it.
     *
     * @return NONE when it is worth to look again; a transient error when watchers will be told to; else what the client
     *     is told
     */
    CompletableFuture<Errors> fill(long offset) {
        Fills.Fill others;
        synchronized (this) {
            others = fills.covering(offset);
        }
        if (others == null) {
            return ask(offset);
        }
        return others.answer()
                .thenCompose(outcome -> OwnerAnswer.isTransient(outcome) || (outcome == Errors.NONE && has(offset))
                        ? CompletableFuture.completedFuture(outcome)
                        : ask(offset));
    }

    private synchronized boolean has(long offset) {
        return chunkWith(offset) != null || offset == position;
    }

    private CompletableFuture<Errors> ask(long offset) {
        Fills.Fill mine;
        MetadataImage image = tails.image();
        PartitionRegistration owned = tails.owned(image, key);
        synchronized (this) {
            Fills.Fill others = fills.covering(offset);
            if (others != null && others.from() == offset) {
                return others.answer();
            }
            if (ended || owned == null || !mayAsk(owned)) {
                // Those who ask are told when there is an owner again.
                pausedEpoch = Math.max(pausedEpoch, 0);
                tails.wakeAfter(image);
                return CompletableFuture.completedFuture(Errors.NOT_LEADER_OR_FOLLOWER);
            }
            mine = fills.begin(offset, chunks.higherKey(offset));
        }
        CompletableFuture<?> _ = tails.ask(key, owned, offset, 0, mine.maxBytes(), false)
                .whenComplete((answer, failure) ->
                        filled(mine, owned.leaderEpoch, OwnerAnswer.of(key.partition(), answer, failure)));
        return mine.answer();
    }

    private boolean mayAsk(@Nullable PartitionRegistration owned) {
        return owned != null
                && owned.leader >= 0
                && (owned.leaderEpoch > pausedEpoch || tails.nowMs() >= pausedUntilMs);
    }

    private void filled(Fills.Fill fill, int epoch, OwnerAnswer answer) {
        Errors outcome = answer.error();
        Chunk added = null;
        if (answer.data() != null) {
            try {
                added = take(fill.from(), answer.data(), false);
            } catch (IllegalArgumentException e) {
                answer.release();
                outcome = Errors.CORRUPT_MESSAGE;
            }
        }
        synchronized (this) {
            fills.end(fill);
            if (answer.isTransient()) {
                pause(epoch);
            }
        }
        if (added != null) {
            tails.budget().add(this, added);
        }
        fill.answer().complete(outcome);
        pump();
    }

    /** Takes over the records of an answer that was good. */
    private @Nullable Chunk take(long offset, PartitionData data, boolean subscribed) {
        Chunk chunk = data.records() == null ? null : Chunk.of(offset, data.records(), data.abortedTransactions());
        synchronized (this) {
            logStart = Math.max(logStart, data.logStartOffset());
            highWatermark = Math.max(highWatermark, data.highWatermark());
            lastStable = Math.max(lastStable, data.lastStableOffset());
            long next = chunk == null ? offset : chunk.next();
            if (subscribed || next >= readableEnd()) {
                position = Math.max(position, next);
            }
            if (chunk == null) {
                return null;
            }
            Chunk before = ended ? chunk : chunks.put(offset, chunk);
            if (before != null) {
                before.release();
            }
            if (ended) {
                return null;
            }
            fills.seen(chunk);
            aheadBytes += offset >= furthest ? chunk.sizeBytes() : 0;
            return chunk;
        }
    }

    private void pause(int epoch) {
        pausedEpoch = Math.max(pausedEpoch, epoch);
        pausedUntilMs = tails.nowMs() + config.pause().toMillis();
        tails.wakeAfter(tails.image());
    }

    /** Sends the subscription on its way if it is not. */
    void pump() {
        if (pumps.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        do {
            subscribe();
            seen = pumps.addAndGet(-seen);
        } while (seen > 0);
    }

    private void subscribe() {
        MetadataImage image = tails.image();
        PartitionRegistration owned = tails.owned(image, key);
        int mine;
        long offset;
        synchronized (this) {
            if (ended || position == UNKNOWN || askedEpoch != NOT_ASKED || aheadBytes > config.aheadBytes()) {
                return;
            }
            if (owned == null || !mayAsk(owned)) {
                tails.wakeAfter(image);
                return;
            }
            askedEpoch = owned.leaderEpoch;
            askedMs = tails.nowMs();
            offset = position;
            mine = ++question;
        }
        CompletableFuture<? extends ApiMessage> asked =
                tails.ask(key, owned, offset, (int) config.longestWait().toMillis(), config.fetchBytes(), true);
        synchronized (this) {
            underWay = asked;
        }
        CompletableFuture<?> _ = asked.whenComplete(
                (answer, failure) -> answered(mine, offset, OwnerAnswer.of(key.partition(), answer, failure)));
    }

    private void answered(int asked, long offset, OwnerAnswer answer) {
        synchronized (this) {
            if (asked != question || ended) {
                answer.release();
                return;
            }
        }
        Chunk added = null;
        boolean corrupt = false;
        if (answer.data() != null) {
            try {
                added = take(offset, answer.data(), true);
            } catch (IllegalArgumentException e) {
                answer.release();
                corrupt = true;
            }
        }
        boolean tell;
        synchronized (this) {
            int epoch = askedEpoch;
            askedEpoch = NOT_ASKED;
            underWay = null;
            if (corrupt || (answer.error() != Errors.NONE && !answer.isTransient())) {
                // Whoever reads on asks for the offset, and is told.
                position = UNKNOWN;
            }
            boolean early = tails.nowMs() - askedMs < config.longestWait().toMillis() / 2;
            if (answer.isTransient() || (added == null && early)) {
                pause(epoch);
            }
            tell = added != null || position == UNKNOWN;
        }
        if (added != null) {
            tails.budget().add(this, added);
        }
        if (tell) {
            tellWatchers();
        }
        pump();
    }

    /** The metadata may say something new, or the pause is over. */
    void wake() {
        MetadataImage image = tails.image();
        PartitionRegistration owned = tails.owned(image, key);
        CompletableFuture<?> stale = null;
        boolean tell;
        boolean stillPaused;
        synchronized (this) {
            if (askedEpoch != NOT_ASKED && (owned == null || owned.leaderEpoch != askedEpoch)) {
                stale = underWay;
                underWay = null;
                askedEpoch = NOT_ASKED;
                question++;
            }
            tell = pausedEpoch != NOT_ASKED && mayAsk(owned);
            stillPaused = pausedEpoch != NOT_ASKED && !tell && !ended;
            if (tell) {
                pausedEpoch = NOT_ASKED;
                pausedUntilMs = 0;
            }
        }
        if (stale != null) {
            stale.cancel(false);
        }
        if (tell) {
            tellWatchers();
        } else if (stillPaused) {
            tails.wakeAfter(image);
        }
        pump();
    }

    private void tellWatchers() {
        List<Watcher> all;
        synchronized (this) {
            all = List.copyOf(watchers);
        }
        all.forEach(watcher -> watcher.changed(this));
    }

    /** The memory is needed for newer records. */
    void drop(Chunk chunk) {
        synchronized (this) {
            if (!chunks.remove(chunk.from(), chunk)) {
                return;
            }
            aheadBytes -= chunk.from() >= furthest ? chunk.sizeBytes() : 0;
        }
        chunk.release();
    }

    /** Ends when nobody has read for long, or in any case. True when it has ended. */
    boolean end(boolean inAnyCase) {
        List<Chunk> all;
        CompletableFuture<?> stale;
        synchronized (this) {
            boolean idle = watchers.isEmpty()
                    && fills.isEmpty()
                    && tails.nowMs() - lastReadMs >= config.idle().toMillis();
            if (ended || !(idle || inAnyCase)) {
                return ended;
            }
            ended = true;
            question++;
            stale = underWay;
            all = List.copyOf(chunks.values());
            chunks.clear();
        }
        if (stale != null) {
            stale.cancel(false);
        }
        all.forEach(Chunk::release);
        tails.budget().forget(this);
        return true;
    }
}
