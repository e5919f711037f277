package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.ReadFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FSDataInputStream;

/** A file open for positional reads, which share nothing but the list of its blocks. Any number of threads. */
final class HdfsReadFile implements ReadFile {
    private final String path;
    private final FSDataInputStream in;
    private final long lengthBytes;
    private volatile boolean closed;

    HdfsReadFile(String path, FSDataInputStream in, long lengthBytes) {
        this.path = path;
        this.in = in;
        this.lengthBytes = lengthBytes;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public void readFully(long position, ByteBuffer target) {
        checkOpen();
        if (position < 0) {
            throw new WeirException(FaultKind.INVALID, "Cannot read " + path + " at " + position + ": it is negative");
        }
        if (position > lengthBytes - target.remaining()) {
            throw new WeirException(
                    FaultKind.CORRUPT,
                    "Cannot read " + path + ": it ends at " + lengthBytes + ", before the " + target.remaining()
                            + " bytes from " + position + " that should be there");
        }
        if (!target.hasRemaining()) {
            return;
        }
        try {
            in.readFully(position, target);
        } catch (IOException e) {
            checkOpen();
            throw HdfsFaults.of("read", path, e);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new WeirException(FaultKind.CLOSED, "Cannot read " + path + ": it is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            in.close();
        } catch (IOException e) {
            throw HdfsFaults.of("close", path, e);
        }
    }
}
