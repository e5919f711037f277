/**
 * One partition's log: validation, offsets, producers' states, tail, segments, and the state machine that says
 * whether this node may write. {@link io.weir.log.partition.PartitionLog} is the room where they meet; the rest are
 * pure parts of it, guarded by its monitor.
 */
@NullMarked
package io.weir.log.partition;

import org.jspecify.annotations.NullMarked;
