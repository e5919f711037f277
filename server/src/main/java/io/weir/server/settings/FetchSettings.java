package io.weir.server.settings;

/**
 * Bounds of fetches.
 *
 * @param maxBytes records in one answer
 * @param maxWaitingPartitions in all fetches that wait
 * @param sessionSlots incremental sessions
 * @param sessionPartitions in all of them
 */
public record FetchSettings(int maxBytes, long maxWaitingPartitions, int sessionSlots, int sessionPartitions) {}
