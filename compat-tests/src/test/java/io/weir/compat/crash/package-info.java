/** A real process, killed at random moments under load, and the checker of what it acknowledged. */
@NullMarked
package io.weir.compat.crash;

import org.jspecify.annotations.NullMarked;
