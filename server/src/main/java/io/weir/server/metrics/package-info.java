/** Metrics of Kafka's own classes, in Prometheus's form. */
@NullMarked
package io.weir.server.metrics;

import org.jspecify.annotations.NullMarked;
