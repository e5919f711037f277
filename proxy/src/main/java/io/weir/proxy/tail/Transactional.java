package io.weir.proxy.tail;

import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;

/** Whether batches belong to transactions, by their headers. Pure. */
final class Transactional {
    private static final int SIZE_AT = 8;
    private static final int LOG_OVERHEAD = 12;
    private static final int ATTRIBUTES_AT = 21;
    private static final int TRANSACTIONAL_FLAG = 0x10;

    private Transactional() {}

    static boolean isAny(LeasedRecords records) {
        for (ByteBuffer buffer : records.buffers()) {
            for (int at = buffer.position(); at < buffer.limit(); at += LOG_OVERHEAD + buffer.getInt(at + SIZE_AT)) {
                if ((buffer.getShort(at + ATTRIBUTES_AT) & TRANSACTIONAL_FLAG) != 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
