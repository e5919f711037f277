/** The role as a whole. */
@NullMarked
package io.weir.broker;

import org.jspecify.annotations.NullMarked;
