/**
 * Where bytes are kept: files that are made exclusively, appended to, flushed, sealed, read by range, listed by
 * prefix, deleted and fenced (DESIGN 4). Calls block and are made from virtual threads or from a thread that
 * exists for them, never from an event loop. {@code log} is the only caller that writes.
 */
@NullMarked
package io.weir.storage;

import org.jspecify.annotations.NullMarked;
