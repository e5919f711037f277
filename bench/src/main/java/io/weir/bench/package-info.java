/** Measures Weir beside Apache Kafka: servers as processes of their own, one and the same client, in turn. */
@NullMarked
package io.weir.bench;

import org.jspecify.annotations.NullMarked;
