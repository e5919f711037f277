/** Tests of the examples. */
@NullMarked
package io.weir.examples;

import org.jspecify.annotations.NullMarked;
