/** Recent batches in memory, as the buffers that came off the socket, small ones joined (DESIGN 4.3), within a bound for the node. */
@NullMarked
package io.weir.log.tail;

import org.jspecify.annotations.NullMarked;
