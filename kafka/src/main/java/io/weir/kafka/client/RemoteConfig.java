package io.weir.kafka.client;

import java.time.Duration;

/**
 * How a node calls others.
 *
 * @param connections to each peer
 * @param maxInFlightRequests of one connection; more fail at once
 * @param maxInFlightBytes of requests of one connection that are not answered or not written; more fail at once, though one
 *     request is always let in. They are most often bytes that the wire counts already, as requests of clients
 * @param maxAnswerBytes of one answer; a longer one closes its connection
 * @param maxAnswersBytes of all answers that are arriving or whose records are not released; beyond it sockets are not read
 * @param requestTimeout of a request beyond what it asks its peer to wait
 * @param connectTimeout until a connection is there and authenticated
 * @param backoff after a connection was lost, and up to how much after it failed again and again
 * @param writeBufferBytes that one connection writes ahead of its socket
 */
public record RemoteConfig(
        Connections connections,
        int maxInFlightRequests,
        long maxInFlightBytes,
        int maxAnswerBytes,
        long maxAnswersBytes,
        Duration requestTimeout,
        Duration connectTimeout,
        Backoff backoff,
        int writeBufferBytes) {
    private static final int MIB = 1024 * 1024;

    public RemoteConfig {
        check(maxInFlightRequests > 0, "requests in flight: " + maxInFlightRequests + " must be at least 1");
        check(maxInFlightBytes > 0, "bytes in flight: " + maxInFlightBytes + " must be at least 1");
        check(maxAnswerBytes > 0, "bytes of an answer: " + maxAnswerBytes + " must be at least 1");
        check(maxAnswersBytes > 0, "bytes of answers: " + maxAnswersBytes + " must be at least 1");
        check(requestTimeout.toMillis() > 0, "the time-out of requests must be at least 1 ms");
        check(connectTimeout.toMillis() > 0, "the time-out of connecting must be at least 1 ms");
        check(writeBufferBytes >= 1024, "bytes written ahead: " + writeBufferBytes + " must be at least 1024");
    }

    /** One connection of each kind, 16,384 requests and 256 MiB on each, 30 s, and 50 ms to 1 s between attempts. */
    public static RemoteConfig defaults() {
        return new RemoteConfig(
                new Connections(1, 1, 1),
                1 << 14,
                256L * MIB,
                256 * MIB,
                256L * MIB,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1)),
                4 * MIB);
    }

    /** The same with other connections. */
    public RemoteConfig withConnections(Connections other) {
        return new RemoteConfig(
                other,
                maxInFlightRequests,
                maxInFlightBytes,
                maxAnswerBytes,
                maxAnswersBytes,
                requestTimeout,
                connectTimeout,
                backoff,
                writeBufferBytes);
    }

    /** The same with other bounds on what is in flight. */
    public RemoteConfig withInFlight(int requests, long bytes) {
        return new RemoteConfig(
                connections,
                requests,
                bytes,
                maxAnswerBytes,
                maxAnswersBytes,
                requestTimeout,
                connectTimeout,
                backoff,
                writeBufferBytes);
    }

    /** The same with other bounds on one answer and on all of them. */
    public RemoteConfig withAnswers(int bytesOfOne, long bytesOfAll) {
        return new RemoteConfig(
                connections,
                maxInFlightRequests,
                maxInFlightBytes,
                bytesOfOne,
                bytesOfAll,
                requestTimeout,
                connectTimeout,
                backoff,
                writeBufferBytes);
    }

    /** The same with other time-outs. */
    public RemoteConfig withTimeouts(Duration request, Duration connect) {
        return new RemoteConfig(
                connections,
                maxInFlightRequests,
                maxInFlightBytes,
                maxAnswerBytes,
                maxAnswersBytes,
                request,
                connect,
                backoff,
                writeBufferBytes);
    }

    /**
     * Connections to one peer. Requests of different kinds never wait for each other.
     *
     * @param produce with one, produces arrive in the order of the calls; with more, those of one client connection do
     * @param waiting for requests that a peer may let wait, such as fetches: answers come in any order, so one is enough but
     *     for the bytes that one socket can carry
     * @param others for everything else
     */
    public record Connections(int produce, int waiting, int others) {
        public Connections {
            check(produce > 0 && waiting > 0 && others > 0, "connections to a peer: at least 1 of each kind");
        }
    }

    /**
     * Pause between attempts to connect; calls fail meanwhile. Each pause is doubled, and shortened by up to a half by chance.
     *
     * @param first after a connection was lost
     * @param longest however often it failed
     */
    public record Backoff(Duration first, Duration longest) {
        public Backoff {
            check(first.toMillis() > 0 && longest.compareTo(first) >= 0, "back-off: from 1 ms on, and not falling");
        }
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
