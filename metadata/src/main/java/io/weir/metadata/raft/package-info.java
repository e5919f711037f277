/**
 * This node's part in the metadata quorum: its directory, its raft log and the loader that turns the log into
 * images. A controller votes; every other node only follows. Kafka's raft client does the work, on two threads of
 * its own (raft input and output, loader); what it has flushed survives a kill, and a torn end is cut off at the
 * next start.
 */
@NullMarked
package io.weir.metadata.raft;

import org.jspecify.annotations.NullMarked;
