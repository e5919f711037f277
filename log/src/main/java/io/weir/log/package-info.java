/**
 * One way in, one way out (DESIGN 4): a record is validated, given its offset, appended to the node's one commit
 * log, made durable together with everything else that waits, readable from the tail cache, and in the background
 * written to its partition's segments.
 *
 * <p>Called by the roles that own partitions, {@code broker} and {@code coordinator}, through
 * {@link io.weir.log.Partitions} and {@link io.weir.log.Partition}. Offsets are assigned under the partition's own
 * monitor on the caller's thread, which is held for microseconds and never across input or output; one commit
 * thread writes and flushes; cold reads, flushing and recovery run on virtual threads.
 */
@NullMarked
package io.weir.log;

import org.jspecify.annotations.NullMarked;
