/** The one exception type for operating faults, and its kinds. */
@NullMarked
package io.weir.common.error;

import org.jspecify.annotations.NullMarked;
