/** Scenarios of produce requests. */
@NullMarked
package io.weir.broker.produce;

import org.jspecify.annotations.NullMarked;
