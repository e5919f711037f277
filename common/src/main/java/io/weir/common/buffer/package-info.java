/** Bytes that are handed from room to room without a copy, counted by reference. */
@NullMarked
package io.weir.common.buffer;

import org.jspecify.annotations.NullMarked;
