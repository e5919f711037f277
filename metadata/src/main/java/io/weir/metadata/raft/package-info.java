/**
 * This node's part in the metadata quorum: its directory, its raft log and the loader that turns the log into
 * images. A controller votes; every other node only follows, with a copy of the log that it may lose. Kafka's raft client
 * does the work, on threads of its own (raft, loader, and one that calls other controllers where there are any); what a
 * voter has flushed survives a kill, and a torn end is cut off at the next start.
 *
 * <p>{@link io.weir.metadata.raft.RaftService} answers other controllers and followers; it belongs on the controllers' listener
 * alone.
 */
@NullMarked
package io.weir.metadata.raft;

import org.jspecify.annotations.NullMarked;
