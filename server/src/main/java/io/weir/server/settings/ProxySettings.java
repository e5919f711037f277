package io.weir.server.settings;

import java.time.Duration;

/**
 * How a proxy bridges the time in which an owner moves, and what it keeps.
 *
 * @param produceRetry longest that records wait for an owner
 * @param requestRetry the same of other requests
 * @param tailCacheBytes for recent records of other nodes' partitions; 0: none
 */
public record ProxySettings(Duration produceRetry, Duration requestRetry, long tailCacheBytes) {}
