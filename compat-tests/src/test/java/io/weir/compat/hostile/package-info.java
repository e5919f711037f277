/** Disks that are full, read-only, broken or silent: what clients see, and that nothing is lost. */
@NullMarked
package io.weir.compat.hostile;

import org.jspecify.annotations.NullMarked;
