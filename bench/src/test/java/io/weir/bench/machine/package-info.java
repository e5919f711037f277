@NullMarked
package io.weir.bench.machine;

import org.jspecify.annotations.NullMarked;
