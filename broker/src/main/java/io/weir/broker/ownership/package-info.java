/** Follows metadata images: opens, gives up, deletes and configures this node's partitions. */
@NullMarked
package io.weir.broker.ownership;

import org.jspecify.annotations.NullMarked;
