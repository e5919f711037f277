package io.weir.log;

/** The other nodes that write to the same store. */
public record Neighbours(ClusterNodes nodes, PriorOwners priorOwners) {}
