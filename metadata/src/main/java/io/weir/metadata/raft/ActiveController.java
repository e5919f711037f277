package io.weir.metadata.raft;

import java.net.InetSocketAddress;

/**
 * The controller that decides now, as far as this node knows.
 *
 * @param nodeId of the leader of the metadata log
 * @param epoch of its leadership; a higher one is later
 * @param address where it is reached, unresolved
 */
public record ActiveController(int nodeId, int epoch, InetSocketAddress address) {}
