package io.weir.metadata.node;

import java.time.Duration;

/**
 * When a node that is not well steps aside.
 *
 * @param trouble that lasts as long as this makes the node ask to be fenced
 * @param well that it must have been without a break before it asks to be used again
 */
public record HealthConfig(Duration trouble, Duration well) {
    /** Ten seconds of trouble, five without any. */
    public static HealthConfig defaults() {
        return new HealthConfig(Duration.ofSeconds(10), Duration.ofSeconds(5));
    }
}
