/** Hand-written stand-ins for the log, the cluster and the clock. */
@NullMarked
package io.weir.broker.fake;

import org.jspecify.annotations.NullMarked;
