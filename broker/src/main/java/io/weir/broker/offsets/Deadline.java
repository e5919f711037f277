package io.weir.broker.offsets;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;

/** Ends a wait for several futures when they are all done or the time is over. */
final class Deadline extends TimerTask {
    private final CompletableFuture<Void> reached;

    private Deadline(long timeoutMs, CompletableFuture<Void> reached) {
        super(timeoutMs);
        this.reached = reached;
    }

    /** Done, never failed, when all of {@code parts} are done in whatever way, or after {@code timeoutMs}. */
    static CompletableFuture<Void> of(List<? extends CompletableFuture<?>> parts, long timeoutMs, Timer timer) {
        CompletableFuture<Void> reached = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .handle((_, _) -> null);
        if (!reached.isDone()) {
            Deadline deadline = new Deadline(timeoutMs, reached);
            timer.add(deadline);
            CompletableFuture<?> _ = reached.whenComplete((_, _) -> deadline.cancel());
        }
        return reached;
    }

    @Override
    public void run() {
        reached.complete(null);
    }
}
