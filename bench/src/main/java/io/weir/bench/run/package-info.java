/** Which cases, in which order, how often, and which rounds count. */
@NullMarked
package io.weir.bench.run;

import org.jspecify.annotations.NullMarked;
