package io.weir.kafka.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Makes Netty read one connection's socket into the buffers of its {@link FrameReader}. A turn of reading ends when the
 * socket had less than the buffer took, when reading is paused, or after {@value #TURN_BYTES} bytes, so that one
 * connection does not keep the others of its thread waiting.
 */
public final class FrameBuffers implements RecvByteBufAllocator {
    private static final int TURN_BYTES = 2 * 1024 * 1024;

    private final FrameReader reader;

    /** @param reader the connection's */
    public FrameBuffers(FrameReader reader) {
        this.reader = reader;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface that Netty's channels ask for still returns the old type
    public Handle newHandle() {
        return new ReadHandle(reader);
    }

    private static final class ReadHandle implements ExtendedHandle {
        private final FrameReader reader;
        private int attemptedBytes;
        private int lastBytes;
        private long turnBytes;

        ReadHandle(FrameReader reader) {
            this.reader = reader;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            return reader.buffer();
        }

        @Override
        public int guess() {
            return ReceiveBuffers.LARGE_BYTES;
        }

        @Override
        public void reset(ChannelConfig channelConfig) {
            turnBytes = 0;
        }

        @Override
        public void incMessagesRead(int messages) {
            // The turn is bounded by bytes.
        }

        @Override
        public void lastBytesRead(int bytes) {
            lastBytes = bytes;
            turnBytes += Math.max(bytes, 0);
        }

        @Override
        public int lastBytesRead() {
            return lastBytes;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attemptedBytes = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attemptedBytes;
        }

        @Override
        public boolean continueReading() {
            return continueReading(() -> lastBytes == attemptedBytes);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return lastBytes > 0 && turnBytes < TURN_BYTES && reader.mayRead() && maybeMoreData.get();
        }

        @Override
        public void readComplete() {
            // Nothing to adapt: sizes follow the frames.
        }
    }
}
