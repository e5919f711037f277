package io.weir.kafka.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of answers that are there and not in a socket's buffer yet, over all connections. Nothing waits here: beyond
 * the bound those who do not take theirs get no new ones, and are closed. Any thread.
 */
final class UnsentAnswers {
    private final long limitBytes;
    private final AtomicLong bytes = new AtomicLong();

    UnsentAnswers(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long bytes() {
        return bytes.get();
    }

    boolean isOver() {
        return bytes.get() > limitBytes;
    }

    /** One connection's share; on its event loop. */
    final class Share {
        /** Below this the total need not know. */
        private static final int STEP_BYTES = 4096;

        private long ownBytes;
        private long toldBytes;

        /** Holds so much more, or less. */
        void add(long difference) {
            ownBytes += difference;
            long gap = ownBytes - toldBytes;
            if (gap >= STEP_BYTES || gap <= -STEP_BYTES || (ownBytes == 0 && gap != 0)) {
                toldBytes = ownBytes;
                bytes.addAndGet(gap);
            }
        }

        long bytes() {
            return ownBytes;
        }

        /** Whether it holds some while there is too much of it. */
        boolean mustShrink() {
            return ownBytes > 0 && isOver();
        }
    }
}
