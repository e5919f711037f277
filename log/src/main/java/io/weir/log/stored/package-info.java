/**
 * Reading partitions that this node does not own, with nothing but the store: binary search over the names of their
 * segments, then over a footer's index, then ranged reads through the read cache. A proxy uses it for consumers whose
 * offsets are old. Virtual threads block here; nothing is ever written.
 */
@NullMarked
package io.weir.log.stored;

import org.jspecify.annotations.NullMarked;
