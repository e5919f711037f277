/** Scenarios of the coordinator over logs in memory. */
@NullMarked
package io.weir.coordinator;

import org.jspecify.annotations.NullMarked;
