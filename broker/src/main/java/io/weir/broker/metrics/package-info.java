/** What the broker counts, with a bound on the number of topics that have counters of their own. */
@NullMarked
package io.weir.broker.metrics;

import org.jspecify.annotations.NullMarked;
