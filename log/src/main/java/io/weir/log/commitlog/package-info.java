/**
 * The node's commit log: every partition's batches in one sequence of append-only files, one gathering write and
 * one flush for everything that waits (DESIGN 4.1). {@link io.weir.log.commitlog.CommitLog} owns the one thread that
 * writes, {@code CommitLogFiles} the files that it writes to; {@link io.weir.log.commitlog.CommitLogReader} replays. The bytes: docs/formats/commit-log.md.
 */
@NullMarked
package io.weir.log.commitlog;

import org.jspecify.annotations.NullMarked;
