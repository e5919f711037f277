package io.weir.broker.ownership;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;

/**
 * A partition that the metadata gives to this node.
 *
 * @param leaderEpoch under which it was asked for
 * @param settled done, never failed, when it is writable or could not be opened
 */
record OpenPartition(TopicIdPartition id, int leaderEpoch, CompletableFuture<Void> settled) {}
