/** Kafka's Java producer and consumer, as an application uses them. */
@NullMarked
package io.weir.compat.clients;

import org.jspecify.annotations.NullMarked;
