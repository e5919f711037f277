package io.weir.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.Consumer;

/** Writes each append at once and past the page cache: appends are whole blocks. One thread at a time. */
final class JournalAppender implements Appender {
    private final BlockArea area;
    private final Consumer<BlockArea> giveBack;

    JournalAppender(BlockArea area, Consumer<BlockArea> giveBack) {
        this.area = area;
        this.giveBack = giveBack;
    }

    @Override
    public int blockBytes() {
        return area.blockBytes();
    }

    @Override
    public long append(FileChannel channel, long position, List<ByteBuffer> buffers) throws IOException {
        long total = 0;
        for (ByteBuffer buffer : buffers) {
            total += buffer.remaining();
        }
        if (total % area.blockBytes() != 0) {
            throw new IllegalArgumentException(total + " bytes do not fill blocks of " + area.blockBytes());
        }
        long at = position;
        area.clear();
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                area.take(buffer);
                if (area.isFull()) {
                    at += drain(channel, at);
                }
            }
        }
        drain(channel, at);
        return total;
    }

    private int drain(FileChannel channel, long position) throws IOException {
        int size = area.size();
        area.write(channel, position);
        area.clear();
        return size;
    }

    @Override
    public void end() {
        giveBack.accept(area);
    }
}
