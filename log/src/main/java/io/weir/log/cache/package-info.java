/**
 * The node's read cache: stretches of immutable files in memory outside the heap, for readers of old records. It
 * keeps such readers off the store where it can, and where it cannot, bounds how much of the store they take.
 *
 * <p>Called by {@code log.segment} on virtual threads. Nothing here is durable.
 */
@NullMarked
package io.weir.log.cache;

import org.jspecify.annotations.NullMarked;
