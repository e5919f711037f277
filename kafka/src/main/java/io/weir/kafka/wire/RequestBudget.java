package io.weir.kafka.wire;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of requests that are under way in the process, and who waits for room. Any thread; no locks.
 *
 * <p>Small frames are only counted: their number is bounded by the connections'. Large ones ask first. So that frames
 * that are half there can never wait for each other for ever, one of them at a time may overdraw; in all there are never more
 * than the limit, one largest frame and the small ones.
 */
final class RequestBudget {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicReference<@Nullable Reservation> overdrawn = new AtomicReference<>();
    private final Queue<Runnable> waitingToStart = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> waitingToGrow = new ConcurrentLinkedQueue<>();

    RequestBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** What one frame holds. Owned by one event loop until it is released. */
    static final class Reservation {
        private int bytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /** Counts a small frame without asking. */
    Reservation count(int bytes) {
        Reservation reservation = new Reservation();
        reservation.bytes = bytes;
        usedBytes.addAndGet(bytes);
        return reservation;
    }

    /** Takes {@code bytes} more, or nothing and says false. Only a frame that holds something already may overdraw. */
    boolean tryGrow(Reservation reservation, int bytes) {
        long used = usedBytes.get();
        while (used + bytes <= limitBytes) {
            if (usedBytes.compareAndSet(used, used + bytes)) {
                reservation.bytes += bytes;
                return true;
            }
            used = usedBytes.get();
        }
        boolean mayOverdraw =
                reservation.bytes > 0 && (overdrawn.get() == reservation || overdrawn.compareAndSet(null, reservation));
        if (mayOverdraw) {
            usedBytes.addAndGet(bytes);
            reservation.bytes += bytes;
        }
        return mayOverdraw;
    }

    /**
     * Calls {@code retry} once when there may be room, from the thread that made it. Try again after this call,
     * for room may have come just before it; and when the retry turns out not to be needed, call {@link #wake}.
     */
    void await(Reservation reservation, Runnable retry) {
        (reservation.bytes > 0 ? waitingToGrow : waitingToStart).add(retry);
    }

    /** Gives everything back; a second call gives nothing. */
    void release(Reservation reservation) {
        int bytes = reservation.bytes;
        if (bytes > 0) {
            reservation.bytes = 0;
            usedBytes.addAndGet(-bytes);
            overdrawn.compareAndSet(reservation, null);
        }
        wake();
    }

    /** Lets the first that waits try again. Each that gets room calls this for the next. */
    void wake() {
        Runnable grow = waitingToGrow.poll();
        if (grow != null) {
            grow.run();
        }
        Runnable start = waitingToStart.poll();
        if (start != null) {
            start.run();
        }
    }
}
