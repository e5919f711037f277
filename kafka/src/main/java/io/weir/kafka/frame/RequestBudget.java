package io.weir.kafka.frame;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of requests that are under way in the process, and who waits for room. There are two: one of the bytes as they
 * came, outside the heap, one of the memory that parsed requests take on it. Any thread; no locks.
 *
 * <p>Small requests are only counted: their number is bounded by the connections'. The others get all that they will need
 * at once or wait for it holding nothing, so that none waits for another that waits. Those of common size from clients that
 * have sent such before go first and may take all; the others, large ones and those of which nobody knows whether they
 * will ever arrive, may each take half of what is left. One large one at a time may overdraw, so that it comes to its
 * turn in the end. In all there are never more than the limit, one largest request and the small ones.
 *
 * <p>What was read before its turn is counted apart, and nobody waits because of it: it is let go only when the request
 * before it is answered or gets its room, so that who waited for it to go could wait for himself. Instead
 * everybody reads less ahead from {@link #readsLittleAhead} on.
 */
public final class RequestBudget {
    /** As large as the largest request of a producer with default settings. */
    public static final int COMMON_BYTES = 1024 * 1024 + 64 * 1024;

    /** Part of the limit that may be read ahead before all read little at a time. */
    static final int AHEAD_PART = 8;

    private final long limitBytes;
    private final long commonBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong aheadBytes = new AtomicLong();
    private final AtomicReference<@Nullable Reservation> overdrawn = new AtomicReference<>();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> waitingLarge = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> waitingUnproven = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> waitingUnprovenLarge = new ConcurrentLinkedQueue<>();

    /** @param limitBytes that may be under way */
    public RequestBudget(long limitBytes) {
        this.limitBytes = limitBytes;
        this.commonBytes = Math.min(COMMON_BYTES, limitBytes / 4);
    }

    /** What one request holds. Given back by whoever is done with it, on any thread. */
    public static final class Reservation {
        private final int bytes;
        private volatile boolean held = true;

        private Reservation(int bytes) {
            this.bytes = bytes;
        }
    }

    /** What is taken, and what was read ahead. */
    public long usedBytes() {
        return takenBytes() + aheadBytes.get();
    }

    private long takenBytes() {
        Reservation over = overdrawn.get();
        return usedBytes.get() + (over == null ? 0 : over.bytes);
    }

    /** So many more bytes have been read that are not yet of a request under way, or fewer. */
    void readAhead(long difference) {
        aheadBytes.addAndGet(difference);
    }

    /** Whether so much was read ahead, over all connections, that each should read little more at a time. */
    boolean readsLittleAhead() {
        return aheadBytes.get() >= limitBytes / AHEAD_PART;
    }

    /** Whether nothing more fits. */
    public boolean isFull() {
        return usedBytes.get() >= limitBytes;
    }

    /** Whether somebody waits for room that others hold. */
    public boolean isContended() {
        boolean none = waiting.isEmpty()
                && waitingLarge.isEmpty()
                && waitingUnproven.isEmpty()
                && waitingUnprovenLarge.isEmpty();
        return !none && takenBytes() > limitBytes / 2;
    }

    /** Counts a small request without asking. */
    public Reservation count(int bytes) {
        usedBytes.addAndGet(bytes);
        return new Reservation(bytes);
    }

    /**
     * Room for so much, or null when there is not.
     *
     * @param proven whether the client has sent as much before
     */
    public @Nullable Reservation tryTake(int bytes, boolean proven) {
        long used = usedBytes.get();
        boolean common = bytes <= commonBytes;
        while (bytes <= (common && proven ? limitBytes - used : (limitBytes - used) / 2)) {
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return new Reservation(bytes);
            }
            used = usedBytes.get();
        }
        if (common || overdrawn.get() != null || !(proven || waitingLarge.isEmpty())) {
            return null;
        }
        Reservation over = new Reservation(bytes);
        return overdrawn.compareAndSet(null, over) ? over : null;
    }

    /**
     * Calls {@code retry} once when there may be room for so much, from the thread that made it. Try again after this call,
     * for room may have come just before it; and when the retry turns out not to be needed, call {@link #wake}.
     */
    public void await(int bytes, boolean proven, Runnable retry) {
        if (bytes > commonBytes) {
            (proven ? waitingLarge : waitingUnprovenLarge).add(retry);
        } else {
            (proven ? waiting : waitingUnproven).add(retry);
        }
    }

    /** Gives everything back; a second call, which must be of the same thread or later, gives nothing. */
    public void release(Reservation reservation) {
        if (reservation.held) {
            reservation.held = false;
            if (!overdrawn.compareAndSet(reservation, null)) {
                usedBytes.addAndGet(-reservation.bytes);
            }
            wake();
        }
    }

    /** Lets the first of common size and the first large one try again. Each that gets room calls this for the next. */
    public void wake() {
        wakeFirst(waiting, waitingUnproven);
        wakeFirst(waitingLarge, waitingUnprovenLarge);
    }

    private static void wakeFirst(Queue<Runnable> proven, Queue<Runnable> unproven) {
        Runnable first = proven.poll();
        if (first == null) {
            first = unproven.poll();
        }
        if (first != null) {
            first.run();
        }
    }
}
