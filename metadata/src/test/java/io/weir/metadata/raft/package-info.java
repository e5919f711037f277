/** Tests. */
@NullMarked
package io.weir.metadata.raft;

import org.jspecify.annotations.NullMarked;
