package io.weir.broker.fetch;

import io.weir.log.ReadResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reading of all partitions of a fetch, in the client's order, within its bounds (KIP-74): the first batch that
 * is found may be larger than any bound, everything behind it may not. Reads from memory happen on the caller's
 * thread. A cold read is waited for without a thread; the partitions behind it go on meanwhile within what its
 * reservation leaves, except while no batch is found at all, since the first one alone may exceed the bounds.
 */
final class FetchPass {
    private static final Logger log = LoggerFactory.getLogger(FetchPass.class);

    private final List<FetchEntry> entries;
    private final IsolationLevel isolation;
    private final Consumer<FetchPass> done;
    private final AtomicInteger outstanding = new AtomicInteger(1);
    private int next;
    private int remainingBytes;
    private boolean minOneBatch = true;

    FetchPass(List<FetchEntry> entries, int maxBytes, IsolationLevel isolation, Consumer<FetchPass> done) {
        this.entries = entries;
        this.remainingBytes = maxBytes;
        this.isolation = isolation;
        this.done = done;
    }

    /** Reads on; calls {@code done} once, now or on the thread of the last cold read. */
    void run() {
        while (next < entries.size()) {
            FetchEntry entry = entries.get(next++);
            if (open(entry) && (minOneBatch || Math.min(remainingBytes, entry.maxBytes()) > 0)) {
                CompletableFuture<ReadResult> read = read(entry);
                if (read.isDone()) {
                    boolean found = read.state() == CompletableFuture.State.SUCCESS;
                    entry.take(
                            found ? read.resultNow() : null,
                            found ? null : read.exceptionNow(),
                            minOneBatch,
                            isolation);
                    spend(entry.records().sizeInBytes());
                } else if (minOneBatch) {
                    CompletableFuture<?> _ = read.whenComplete((found, fault) -> {
                        entry.take(found, fault, true, isolation);
                        spend(entry.records().sizeInBytes());
                        run();
                    });
                    return;
                } else {
                    remainingBytes -= Math.min(remainingBytes, entry.maxBytes());
                    outstanding.incrementAndGet();
                    CompletableFuture<?> _ = read.whenComplete((found, fault) -> {
                        entry.take(found, fault, false, isolation);
                        countDown();
                    });
                }
            }
        }
        countDown();
    }

    private boolean open(FetchEntry entry) {
        try {
            return entry.open(isolation);
        } catch (RuntimeException bug) {
            log.error("event=fetch_failed partition={}-{}", entry.topic(), entry.index(), bug);
            return entry.fail(Errors.UNKNOWN_SERVER_ERROR);
        }
    }

    private CompletableFuture<ReadResult> read(FetchEntry entry) {
        try {
            return entry.opened()
                    .read(entry.fetchOffset(), Math.min(remainingBytes, entry.maxBytes()), minOneBatch, isolation);
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
    }

    private void spend(int bytes) {
        if (bytes > 0) {
            minOneBatch = false;
            remainingBytes = Math.max(0, remainingBytes - bytes);
        }
    }

    private void countDown() {
        if (outstanding.decrementAndGet() == 0) {
            done.accept(this);
        }
    }

    /** Bytes of records that were found. */
    long bytes() {
        long bytes = 0;
        for (FetchEntry entry : entries) {
            bytes += entry.records().sizeInBytes();
        }
        return bytes;
    }

    /** Whether something has to be told to the client at once: an error or a diverging epoch. */
    boolean isUrgent() {
        for (FetchEntry entry : entries) {
            if (entry.error() != Errors.NONE || entry.isDiverging()) {
                return true;
            }
        }
        return false;
    }
}
