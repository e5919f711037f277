package io.weir.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each append at once and past the page cache: appends are whole blocks. One thread at a time.
 *
 * <p>A file that grows has metadata to write at each flush, which doubles what a small flush costs. So before a small
 * append at the end of the file so far, zeros are written well ahead of it, and the next ones overwrite those; an
 * append that is not small grows the file itself, for which it pays once. Where nothing grows, an append that is one
 * write is made durable by that very call. Measured with 4 KiB a flush, ext4 on a virtual disk: write and flush of a
 * growing file 200 to 450 microseconds and 100 of processor time, of one that does not grow 105 and 45, with one call
 * 90 and 32.
 */
final class JournalAppender implements Appender {
    private static final Logger LOG = LoggerFactory.getLogger(JournalAppender.class);

    /** From this size on an append pays for the growth of the file itself. */
    static final int LARGE_BYTES = 128 * 1024;

    private final FileChannel through;
    private final BlockArea area;
    private final Consumer<BlockArea> giveBack;

    /** How long the file is at least: what is below has blocks on the disk. */
    private long writtenBytes;

    private boolean mayGrowAhead = true;
    private boolean isThrough;

    /**
     * @param through the file, opened so that each write is durable when it returns; closed at the end
     * @param sizeBytes of the file: all of it has been written before
     */
    JournalAppender(FileChannel through, long sizeBytes, BlockArea area, Consumer<BlockArea> giveBack) {
        this.through = through;
        this.writtenBytes = sizeBytes;
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
        boolean grows = position + total > writtenBytes;
        if (grows && total < LARGE_BYTES && mayGrowAhead) {
            growAhead(channel);
        }
        // Growth has to be flushed with all that belongs to it, and a write that is durable by itself says nothing of
        // another one before it.
        isThrough = !grows && total <= BlockArea.AREA_BYTES;
        FileChannel target = isThrough ? through : channel;
        long at = position;
        area.clear();
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                area.take(buffer);
                if (area.isFull()) {
                    at += drain(target, at);
                }
            }
        }
        drain(target, at);
        writtenBytes = Math.max(writtenBytes, position + total);
        return total;
    }

    private void growAhead(FileChannel channel) throws IOException {
        area.zero();
        try {
            writtenBytes += drain(channel, writtenBytes);
        } catch (IOException e) {
            if (!LocalFaults.saysFull(e)) {
                throw e;
            }
            // There may be room for the append itself.
            mayGrowAhead = false;
            LOG.debug("journal_ahead=none written_bytes={} reason={}", writtenBytes, e.toString());
        }
    }

    private int drain(FileChannel channel, long position) throws IOException {
        int size = area.size();
        if (size > 0) {
            area.write(channel, position);
            area.clear();
        }
        return size;
    }

    @Override
    public boolean isThrough() {
        return isThrough;
    }

    @Override
    public void end() {
        giveBack.accept(area);
        try {
            through.close();
        } catch (IOException e) {
            // Nothing is lost by it: its writes were durable when they returned.
            LOG.warn("event=close_failed reason={}", e.toString());
        }
    }
}
