/** Benchmarks of this package's hot loops, here to reach what is not public. */
@NullMarked
package io.weir.log.segment;

import org.jspecify.annotations.NullMarked;
