@NullMarked
package io.weir.bench.cases;

import org.jspecify.annotations.NullMarked;
