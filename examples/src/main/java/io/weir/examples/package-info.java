/**
 * What a queue is for: small programs that one runs and watches, each with a stock Kafka client. {@link io.weir.examples.Stage}
 * is what they share; every other class but {@link io.weir.examples.Tally} and {@link io.weir.examples.Summary} is one example,
 * to be read from the top.
 */
@NullMarked
package io.weir.examples;

import org.jspecify.annotations.NullMarked;
