package io.weir.controller.crash;

import java.time.Duration;

/**
 * When to ask whether a node's process has ended.
 *
 * @param enabled whether to ask at all
 * @param silence of a node before its host is asked; longer than between two heartbeats
 */
public record CrashConfig(boolean enabled, Duration silence) {
    /** As a share of the time between two heartbeats: one that is a little late is no reason to ask. */
    private static final double SILENCE = 1.5;
    /** How often within the silence is looked for it. */
    private static final int LOOKS = 8;

    /** The silence must be some time. */
    public CrashConfig {
        if (silence.compareTo(Duration.ofMillis(LOOKS)) < 0) {
            throw new IllegalArgumentException("silence is " + silence + ", must be at least " + LOOKS + " ms");
        }
    }

    /** Asks as soon as a heartbeat is late. */
    public static CrashConfig of(boolean enabled, Duration heartbeatInterval) {
        return new CrashConfig(enabled, Duration.ofNanos((long) (heartbeatInterval.toNanos() * SILENCE)));
    }

    Duration interval() {
        return silence.dividedBy(LOOKS);
    }
}
