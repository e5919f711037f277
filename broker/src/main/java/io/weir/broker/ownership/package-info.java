/**
 * Follows metadata images: opens, gives up, deletes and configures this node's partitions. {@link
 * io.weir.broker.ownership.HandOver} and {@link io.weir.broker.ownership.LettingGo} are the two halves of a hand-over
 * between nodes that both live.
 */
@NullMarked
package io.weir.broker.ownership;

import org.jspecify.annotations.NullMarked;
