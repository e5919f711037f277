/** Flipped and truncated bytes at rest: noticed and named, never served as good data. */
@NullMarked
package io.weir.compat.corruption;

import org.jspecify.annotations.NullMarked;
