/** Scenarios of fetch requests. */
@NullMarked
package io.weir.broker.fetch;

import org.jspecify.annotations.NullMarked;
