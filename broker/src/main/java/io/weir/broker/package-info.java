/** Role. Answers produce, fetch and offset requests for the partitions that this node owns. */
@NullMarked
package io.weir.broker;

import org.jspecify.annotations.NullMarked;
