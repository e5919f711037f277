package io.weir.proxy.producer;

import io.weir.proxy.routing.Faults;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.server.common.ProducerIdsBlock;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives producer ids, each once, from blocks that the controller gives. The next block is fetched when nine tenths of
 * the present one are used, so that hardly anybody waits. Any thread, without locks; where two threads meet, ids may be
 * skipped, never given twice.
 *
 * <p>Whoever must wait does so for a bounded time and then fails with COORDINATOR_LOAD_IN_PROGRESS, which producers
 * retry; a block that could not be had is asked for again after a pause, as long as somebody waits.
 */
final class ProducerIds {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerIds.class);
    private static final long RETRY_BACKOFF_MS = 50;

    private final Supplier<CompletableFuture<ProducerIdsBlock>> source;
    private final Duration wait;
    private final Timer timer;
    private final AtomicReference<@Nullable ProducerIdsBlock> next = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<@Nullable Void>> fetching = new AtomicReference<>();

    private volatile ProducerIdsBlock current = ProducerIdsBlock.EMPTY;
    private volatile boolean failing;

    /**
     * @param source asks the controller for a block
     * @param wait longest that one who asks waits for a block, and that a block is waited for before the next try
     */
    ProducerIds(Supplier<CompletableFuture<ProducerIdsBlock>> source, Duration wait, Timer timer) {
        this.source = source;
        this.wait = wait;
        this.timer = timer;
    }

    /** An id that nobody else gets; fails only with COORDINATOR_LOAD_IN_PROGRESS. */
    CompletableFuture<Long> next() {
        Long free = claim();
        if (free != null) {
            return CompletableFuture.completedFuture(free);
        }
        CompletableFuture<Long> waiting = new CompletableFuture<>();
        failLate(waiting);
        claimOnceFetched(waiting);
        return waiting;
    }

    private void claimOnceFetched(CompletableFuture<Long> waiting) {
        CompletableFuture<?> _ = fetch().thenRun(() -> {
            if (waiting.isDone()) {
                return;
            }
            Long free = claim();
            if (free != null) {
                waiting.complete(free);
            } else {
                // There is no block, or more waited than it has ids.
                timer.add(task(RETRY_BACKOFF_MS, () -> claimOnceFetched(waiting)));
            }
        });
    }

    private @Nullable Long claim() {
        while (true) {
            ProducerIdsBlock block = current;
            Optional<Long> free = block.claimNextId();
            if (free.isPresent()) {
                if (free.get() == block.firstProducerId() + block.size() * 9L / 10) {
                    CompletableFuture<?> _ = fetch();
                }
                return free.get();
            }
            ProducerIdsBlock following = next.getAndSet(null);
            if (following == null) {
                return null;
            }
            current = following;
        }
    }

    /**
     * One at a time: whoever comes while a block is under way gets the same future. Done when the block is there or
     * could not be had; never fails.
     */
    private CompletableFuture<@Nullable Void> fetch() {
        CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> underWay = fetching.compareAndExchange(null, mine);
        if (underWay != null) {
            return underWay;
        }
        CompletableFuture<ProducerIdsBlock> asked = new CompletableFuture<>();
        CompletableFuture<?> _ = asked.whenComplete((block, failure) -> {
            if (failure == null) {
                next.set(block);
            } else if (!failing) {
                LOG.warn(
                        "event=producer_ids_not_allocated reason=\"{}\"",
                        String.valueOf(Faults.unwrap(failure).getMessage()));
            }
            failing = failure != null;
            fetching.set(null);
            // Last: those who wait look for the block at once.
            mine.complete(null);
        });
        failLate(asked);
        CompletableFuture<?> _ = source.get().whenComplete((block, failure) -> {
            if (failure == null) {
                asked.complete(block);
            } else {
                asked.completeExceptionally(failure);
            }
        });
        return mine;
    }

    private void failLate(CompletableFuture<?> future) {
        TimerTask deadline = task(
                wait.toMillis(),
                () -> future.completeExceptionally(new CoordinatorLoadInProgressException(
                        "No block of producer ids came from the controller within " + wait.toMillis() + " ms")));
        timer.add(deadline);
        CompletableFuture<?> _ = future.whenComplete((value, failure) -> deadline.cancel());
    }

    private static TimerTask task(long delayMs, Runnable action) {
        return new TimerTask(delayMs) {
            @Override
            public void run() {
                action.run();
            }
        };
    }
}
