/** Scenarios of the log over a memory store. */
@NullMarked
package io.weir.log.partition;

import org.jspecify.annotations.NullMarked;
