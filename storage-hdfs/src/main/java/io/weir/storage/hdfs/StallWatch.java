package io.weir.storage.hdfs;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts threads that hang in a call of the HDFS client. The call stays on its thread: nothing is handed over in
 * the usual case, and when it ends early nobody reads the caller's buffers any more. Time is counted in ticks of this
 * watch's thread, so that a process which stood still does not blame the DataNodes.
 */
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final Duration TICK = Duration.ofMillis(50);

    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    StallWatch() {
        Thread.ofPlatform().daemon().name("weir-hdfs-watch").start(this::run);
    }

    /** Watches the calling thread until {@link Call#end}, but no longer than {@code limit}. */
    Call begin(Duration limit) {
        return begin(limit, limit, () -> false);
    }

    /**
     * Watches the calling thread until {@link Call#end}.
     *
     * @param suspectAfter when {@code suspicion} is looked into, on a thread of its own; again after as much more
     * @param suspicion whether there is no use in waiting on
     */
    Call begin(Duration suspectAfter, Duration limit, BooleanSupplier suspicion) {
        Call call = new Call(Thread.currentThread(), ticks(suspectAfter), ticks(limit), suspicion);
        calls.add(call);
        return call;
    }

    private static int ticks(Duration duration) {
        return 1 + (int) (duration.toMillis() / TICK.toMillis());
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run() {
        try {
            while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                for (Call call : calls) {
                    call.tick();
                }
            }
        } catch (InterruptedException e) {
            LOG.error("hdfs_watch=interrupted", e);
        }
    }

    /** One call of one thread. */
    final class Call {
        private final Thread thread;
        private final int suspectTicks;
        private final int limitTicks;
        private final BooleanSupplier suspicion;
        private int ticks;
        private boolean stalled;
        private boolean ended;

        private Call(Thread thread, int suspectTicks, int limitTicks, BooleanSupplier suspicion) {
            this.thread = thread;
            this.suspectTicks = suspectTicks;
            this.limitTicks = limitTicks;
            this.suspicion = suspicion;
        }

        private synchronized void tick() {
            ticks++;
            if (ended) {
                return;
            }
            if (ticks % suspectTicks == 0 && ticks < limitTicks && !stalled) {
                Thread.ofVirtual().name("weir-hdfs-suspicion").start(this::look);
            }
            if (stalled || ticks >= limitTicks) {
                // At every tick: the client swallows some interrupts and waits again.
                stalled = true;
                thread.interrupt();
            }
        }

        private void look() {
            if (suspicion.getAsBoolean()) {
                giveUp();
            }
        }

        private synchronized void giveUp() {
            if (!ended) {
                stalled = true;
                thread.interrupt();
            }
        }

        /** Ends the watch, by the thread that is watched; whether it took too long, and any outcome is void. */
        boolean end() {
            calls.remove(this);
            synchronized (this) {
                ended = true;
                if (stalled) {
                    // The interrupt was for the call alone.
                    Thread.interrupted();
                }
                return stalled;
            }
        }
    }
}
