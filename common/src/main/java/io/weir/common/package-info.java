/** What every room needs and none owns: errors with a kind, leased buffers. */
@NullMarked
package io.weir.common;

import org.jspecify.annotations.NullMarked;
