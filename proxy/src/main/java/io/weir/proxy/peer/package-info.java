/**
 * The other nodes as this one sees them: where they are, whether they answer, and whether it is this node that is cut
 * off. Any thread; nothing blocks.
 */
@NullMarked
package io.weir.proxy.peer;

import org.jspecify.annotations.NullMarked;
