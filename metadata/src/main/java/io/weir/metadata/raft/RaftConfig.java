package io.weir.metadata.raft;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How the metadata log is kept.
 *
 * @param listener name of the listener on which controllers reach each other
 * @param peers the other controllers
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
        PeerConfig peers,
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
                PeerConfig.defaults(),
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

    /** With these peers. */
    public RaftConfig withPeers(PeerConfig others) {
        return new RaftConfig(
                listener,
                others,
                electionTimeout,
                fetchTimeout,
                electionBackoffMax,
                requestTimeout,
                appendLinger,
                segmentBytes,
                snapshotBytes,
                snapshotInterval,
                minFreeBytes);
    }

    /** With these time-outs. */
    public RaftConfig withTimeouts(Duration election, Duration fetch, Duration backoffMax, Duration request) {
        return new RaftConfig(
                listener,
                peers,
                election,
                fetch,
                backoffMax,
                request,
                appendLinger,
                segmentBytes,
                snapshotBytes,
                snapshotInterval,
                minFreeBytes);
    }

    /** With writes that wait so long for company. */
    public RaftConfig withAppendLinger(Duration linger) {
        return new RaftConfig(
                listener,
                peers,
                electionTimeout,
                fetchTimeout,
                electionBackoffMax,
                requestTimeout,
                linger,
                segmentBytes,
                snapshotBytes,
                snapshotInterval,
                minFreeBytes);
    }

    /** With a snapshot whenever so much was written, and as often. */
    public RaftConfig withSnapshots(long bytes, Duration interval) {
        return new RaftConfig(
                listener,
                peers,
                electionTimeout,
                fetchTimeout,
                electionBackoffMax,
                requestTimeout,
                appendLinger,
                segmentBytes,
                bytes,
                interval,
                minFreeBytes);
    }

    /** Whether that node decides: it votes, or it is a quorum of its own. */
    public boolean votes(int nodeId) {
        return peers.voters().isEmpty() || peers.voters().contains(nodeId);
    }

    /** Where that node is reached by the other controllers; port 0 when nobody has to. */
    InetSocketAddress address(int nodeId) {
        return peers.voters().address(nodeId).orElse(InetSocketAddress.createUnresolved("localhost", 0));
    }
}
