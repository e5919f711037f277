/** Clients that mean harm, against a whole node, beside stock clients that must not notice. */
@NullMarked
package io.weir.testkit.hostile;

import org.jspecify.annotations.NullMarked;
