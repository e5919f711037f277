/** ListOffsets, OffsetForLeaderEpoch and DeleteRecords. */
@NullMarked
package io.weir.broker.offsets;

import org.jspecify.annotations.NullMarked;
