@NullMarked
package io.weir.bench.target;

import org.jspecify.annotations.NullMarked;
