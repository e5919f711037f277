package io.weir.broker.records;

import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;

/**
 * What a read brought, from the headers of its batches. Stops at the first batch that is not whole.
 *
 * @param nextOffset behind the last record, or -1 when there is no whole batch
 * @param records how many there are
 */
public record BatchWalk(long nextOffset, long records) {
    /** Looks at every header once. */
    public static BatchWalk of(LeasedRecords leased) {
        long next = -1;
        long count = 0;
        for (ByteBuffer buffer : leased.buffers()) {
            int position = buffer.position();
            while (BatchHeader.isWhole(buffer, position)) {
                next = BatchHeader.nextOffset(buffer, position);
                count += BatchHeader.recordCount(buffer, position);
                position += BatchHeader.sizeBytes(buffer, position);
            }
        }
        return new BatchWalk(next, count);
    }
}
