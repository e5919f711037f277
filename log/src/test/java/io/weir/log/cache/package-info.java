/** Scenarios of the log over a memory store. */
@NullMarked
package io.weir.log.cache;

import org.jspecify.annotations.NullMarked;
