/** Scenarios of offset requests. */
@NullMarked
package io.weir.broker.offsets;

import org.jspecify.annotations.NullMarked;
