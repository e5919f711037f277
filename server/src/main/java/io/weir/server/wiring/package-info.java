/** Puts the roles together: settings become component configs here, and only here do roles meet. */
@NullMarked
package io.weir.server.wiring;

import org.jspecify.annotations.NullMarked;
