/** What is measured: servers that are started, and those that run already. */
@NullMarked
package io.weir.bench.target;

import org.jspecify.annotations.NullMarked;
