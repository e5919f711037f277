/** Scenarios of the log over a memory store. */
@NullMarked
package io.weir.log.commitlog;

import org.jspecify.annotations.NullMarked;
