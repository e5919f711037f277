package io.weir.server.settings;

import java.time.Duration;

/**
 * Time-outs of the metadata log.
 *
 * @param electionTimeout before a voter without a leader asks for votes
 * @param fetchTimeout before a follower gives its leader up
 * @param electionBackoffMax longest pause between two elections
 * @param requestTimeout of one request between controllers
 * @param appendLinger how long a write waits for company
 */
public record QuorumSettings(
        Duration electionTimeout,
        Duration fetchTimeout,
        Duration electionBackoffMax,
        Duration requestTimeout,
        Duration appendLinger) {}
