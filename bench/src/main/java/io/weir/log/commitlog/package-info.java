/** Benchmarks of this package's hot loops, here to reach what is not public. */
@NullMarked
package io.weir.log.commitlog;

import org.jspecify.annotations.NullMarked;
