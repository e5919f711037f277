package io.weir.metadata.raft;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the metadata log is kept.
 *
 * @param listener name of the listener on which controllers reach each other
 * @param address where this node's controller can be reached; port 0 while there is only one controller and
 *     nobody has to
 * @param electionTimeout before a voter without a leader asks for votes
 * @param fetchTimeout before a follower gives its leader up
 * @param electionBackoffMax longest pause between two elections
 * @param requestTimeout of one request between controllers
 * @param appendLinger how long a write waits for company before it is flushed
 * @param segmentBytes size at which the log rolls to another file
 * @param snapshotBytes log written since the last snapshot that calls for the next one
 * @param snapshotInterval age of the last snapshot that calls for the next one
 * @param minFreeBytes room that the disk must have before anything is written: Kafka's log does not survive a write
 *     that fails, so it is not tried
 */
public record RaftConfig(
        String listener,
        InetSocketAddress address,
        Duration electionTimeout,
        Duration fetchTimeout,
        Duration electionBackoffMax,
        Duration requestTimeout,
        Duration appendLinger,
        int segmentBytes,
        long snapshotBytes,
        Duration snapshotInterval,
        long minFreeBytes) {

    /** What was measured to elect the next controller within half a second. */
    public static RaftConfig defaults() {
        return new RaftConfig(
                "CONTROLLER",
                InetSocketAddress.createUnresolved("localhost", 0),
                Duration.ofMillis(200),
                Duration.ofMillis(400),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ZERO,
                64 << 20,
                20L << 20,
                Duration.ofHours(1),
                4L << 20);
    }
}
