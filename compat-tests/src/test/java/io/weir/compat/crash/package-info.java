/** Real processes, alone and in clusters, harmed at random moments under load, and the checkers of what they acknowledged. */
@NullMarked
package io.weir.compat.crash;

import org.jspecify.annotations.NullMarked;
