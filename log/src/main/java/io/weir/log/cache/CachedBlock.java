package io.weir.log.cache;

import io.netty.buffer.ByteBuf;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCounted;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A block in memory. The cache has one reference and each reader its own, so that a block which the cache lets go
 * stays whole until its last reader is done. Any thread.
 */
public final class CachedBlock extends AbstractReferenceCounted {
    private final ByteBuf buffer;
    private final ByteBuffer view;
    private final int weightBytes;
    private final AtomicLong liveBytes;

    /** Takes the buffer over. */
    CachedBlock(ByteBuf buffer, AtomicLong liveBytes) {
        this.buffer = buffer;
        this.view = buffer.nioBuffer();
        // What the pool really set aside: it rounds up.
        this.weightBytes = buffer.writerIndex() + buffer.maxFastWritableBytes();
        this.liveBytes = liveBytes;
        liveBytes.addAndGet(weightBytes);
    }

    /** Number of bytes. */
    public int sizeBytes() {
        return view.limit();
    }

    /** The bytes {@code from} to below {@code to}; good for as long as the caller's reference. */
    public ByteBuffer slice(int from, int to) {
        return view.slice(from, to - from);
    }

    /** Memory that it takes. */
    int weightBytes() {
        return weightBytes;
    }

    /** One more reference, unless the last one has just gone. */
    boolean tryRetain() {
        try {
            retain();
            return true;
        } catch (IllegalReferenceCountException gone) {
            return false;
        }
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        buffer.touch(hint);
        return this;
    }

    @Override
    protected void deallocate() {
        liveBytes.addAndGet(-weightBytes);
        buffer.release();
    }
}
