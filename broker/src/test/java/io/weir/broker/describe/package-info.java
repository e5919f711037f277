/** Scenarios of the describing requests. */
@NullMarked
package io.weir.broker.describe;

import org.jspecify.annotations.NullMarked;
