/** Tests. */
@NullMarked
package io.weir.metadata.node;

import org.jspecify.annotations.NullMarked;
