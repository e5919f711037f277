/** Tests. */
@NullMarked
package io.weir.metadata;

import org.jspecify.annotations.NullMarked;
