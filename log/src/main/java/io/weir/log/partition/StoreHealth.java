package io.weir.log.partition;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.jspecify.annotations.Nullable;

/** What {@link StoreWatch} thinks of the store, for everybody else. Any thread. */
final class StoreHealth {
    private final AtomicLong refused = new AtomicLong();
    private volatile @Nullable String trouble;
    private volatile boolean refusing;

    /** What is wrong, a sentence for people; empty while the store does what it should. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /**
     * Lets a new append pass, unless the store has been sick for so long that it could only lie in memory.
     *
     * @throws KafkaStorageException retriable, with what is wrong
     */
    void admit() {
        if (refusing) {
            throw refusal(null);
        }
    }

    /** For an append that is not taken, or not waited for any longer; counts it. */
    KafkaStorageException refusal(@Nullable RuntimeException cause) {
        refused.incrementAndGet();
        String known = trouble;
        String reason = known != null ? known : cause == null ? "the store is sick" : cause.getMessage();
        return new KafkaStorageException("Nothing can be stored just now, try again: " + reason, cause);
    }

    /** Appends that were turned away because of the store. */
    long refused() {
        return refused.get();
    }

    boolean refusing() {
        return refusing;
    }

    /** @param refuse from now on nothing more is taken */
    void sick(String reason, boolean refuse) {
        trouble = reason;
        refusing = refuse;
    }

    void well() {
        refusing = false;
        trouble = null;
    }
}
