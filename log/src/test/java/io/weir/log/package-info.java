/** Scenarios of the log over a memory store. */
@NullMarked
package io.weir.log;

import org.jspecify.annotations.NullMarked;
