/**
 * Segments: immutable files of plain Kafka v2 batches with a footer that makes them readable by whoever has the
 * store (DESIGN 4.4; byte by byte in docs/formats/segment.md and pack.md). A <em>segment</em> is a file of its own or
 * a piece of a <em>pack</em>, a file in which small tails of many partitions share one write and one flush.
 *
 * <p>Every byte of a file is covered by a checksum that is verified before the byte is used: the batches by block,
 * with the offset index; the rest by the trailer. A damaged file is a
 * {@link io.weir.common.error.WeirException} CORRUPT that names file, partition and position.
 *
 * <p>Called by {@code log} on virtual threads: every call that reads or writes blocks on the store.
 */
@NullMarked
package io.weir.log.segment;

import org.jspecify.annotations.NullMarked;
