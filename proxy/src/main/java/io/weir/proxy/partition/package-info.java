/** Requests about partitions, other than produce and fetch: each is split by owner and merged. */
@NullMarked
package io.weir.proxy.partition;

import org.jspecify.annotations.NullMarked;
