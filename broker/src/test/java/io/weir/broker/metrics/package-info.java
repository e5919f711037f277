/** What is counted, and its bound. */
@NullMarked
package io.weir.broker.metrics;

import org.jspecify.annotations.NullMarked;
