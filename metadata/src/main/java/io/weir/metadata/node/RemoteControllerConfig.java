package io.weir.metadata.node;

import java.time.Duration;

/**
 * How patiently a node asks the active controller.
 *
 * @param timeout of a request that does not say how long its caller waits
 * @param heartbeatTimeout of a heartbeat: the next one says the same, so none is worth more than a session
 * @param grace added to a caller's time-out before an answer is no longer waited for, so that the controller's own words
 *     about the delay arrive
 * @param retryBackoff between two attempts; also how often a change of the controller is looked for while requests wait
 * @param maxCalls that may be under way; more are refused
 */
public record RemoteControllerConfig(
        Duration timeout, Duration heartbeatTimeout, Duration grace, Duration retryBackoff, int maxCalls) {
    /** As patient as Kafka's clients are by default. */
    public static RemoteControllerConfig defaults() {
        return new RemoteControllerConfig(
                Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMillis(20), 10_000);
    }
}
