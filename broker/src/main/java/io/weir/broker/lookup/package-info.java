/** Which partition a request means, who owns it, and what a fault is called in Kafka's protocol. */
@NullMarked
package io.weir.broker.lookup;

import org.jspecify.annotations.NullMarked;
