package io.weir.proxy.peer;

import java.time.Duration;

/**
 * When a node is taken as away.
 *
 * @param failures calls in a row without an answer after which it is away
 * @param pause between two attempts to reach one that is away; all other calls to it fail at once
 * @param ownFault when most of the nodes that are alive were away for so long, it is this node that is cut off. Longer than
 *     a session's time-out, after which nodes that are away indeed are not among the living
 */
public record PeerConfig(int failures, Duration pause, Duration ownFault) {
    /** Checks the bounds. */
    public PeerConfig {
        if (failures < 1 || pause.toMillis() < 1 || ownFault.isNegative()) {
            throw new IllegalArgumentException("failures=" + failures + " and pause=" + pause
                    + " must be positive, ownFault=" + ownFault + " must not be negative");
        }
    }

    /** Three failures, half a second, ten seconds. */
    public static PeerConfig defaults() {
        return new PeerConfig(3, Duration.ofMillis(500), Duration.ofSeconds(10));
    }
}
