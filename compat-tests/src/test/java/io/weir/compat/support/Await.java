package io.weir.compat.support;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Waits on conditions, each with a bound. */
public final class Await {
    /** What a scenario waits for at most, unless it says otherwise. */
    public static final Duration BOUND = Duration.ofMinutes(1);

    private static final Duration PAUSE = Duration.ofMillis(25);

    private Await() {}

    /** Waits until the condition holds, or fails. An exception of the condition counts as not holding yet. */
    public static void until(String what, Callable<Boolean> condition) {
        if (!holds(BOUND, condition)) {
            throw new AssertionError("not within " + BOUND + ": " + what);
        }
    }

    /** Waits until what the call returns is accepted, and returns it. */
    public static <T> T value(String what, Callable<T> call, Predicate<T> accepted) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (true) {
            @Nullable T value = null;
            @Nullable Exception failure = null;
            try {
                value = call.call();
            } catch (Exception e) {
                failure = e;
            }
            if (value != null && accepted.test(value)) {
                return value;
            }
            if (System.nanoTime() - deadline > 0) {
                Object last = failure == null ? value : failure;
                throw new AssertionError("not within " + BOUND + ": " + what + "; last: " + last, failure);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Waits until the condition holds; false if it does not within the bound. */
    public static boolean holds(Duration bound, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (!Boolean.TRUE.equals(quietly(condition))) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }

    private static <T> @Nullable T quietly(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            return null;
        }
    }
}
