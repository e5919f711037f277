package io.weir.metadata;

/**
 * Weir's own topic settings.
 *
 * @param bufferedAck {@code weir.ack=buffer}: acknowledge before the record is durable
 */
public record WeirTopicConfig(boolean bufferedAck) {}
