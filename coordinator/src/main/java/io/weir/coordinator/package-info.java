/** Role. Groups and their offsets: Kafka's group coordinator on Weir's own log. */
@NullMarked
package io.weir.coordinator;

import org.jspecify.annotations.NullMarked;
