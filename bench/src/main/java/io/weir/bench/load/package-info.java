/** The client's side: producers, consumers and records, the same for every target. */
@NullMarked
package io.weir.bench.load;

import org.jspecify.annotations.NullMarked;
