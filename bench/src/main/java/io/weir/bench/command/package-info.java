/** The command line of {@code bin/bench}. */
@NullMarked
package io.weir.bench.command;

import org.jspecify.annotations.NullMarked;
