@NullMarked
package io.weir.bench.run;

import org.jspecify.annotations.NullMarked;
