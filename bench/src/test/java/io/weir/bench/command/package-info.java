@NullMarked
package io.weir.bench.command;

import org.jspecify.annotations.NullMarked;
