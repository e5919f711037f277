/** Produce: one countdown a request, one completion, no thread of its own. */
@NullMarked
package io.weir.broker.produce;

import org.jspecify.annotations.NullMarked;
