package io.weir.log.cache;

import io.netty.buffer.ByteBuf;

/** Fetches one block. */
@FunctionalInterface
public interface BlockLoader {
    /**
     * Reads the block from the store and checks it; blocks the thread.
     *
     * @return the block's bytes, readable from first to last, which now belong to the caller
     * @throws io.weir.common.error.WeirException as the store does, or CORRUPT
     */
    ByteBuf load();
}
