package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.crypto.CryptoOutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.hdfs.DFSOutputStream;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.LocatedBlock;
import org.apache.hadoop.hdfs.protocol.LocatedBlocks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the writers of a store share: who writes what, and what to make of a failure. Any thread. */
final class WriterTools {
    /** How long the NameNode may take to say what became of a file that failed. */
    private static final Duration VERDICT = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(WriterTools.class);

    private final DistributedFileSystem hdfs;
    private final HdfsStoreConfig config;
    private final StallWatch watch;
    private final Placement placement;
    private final LateCloser closer;
    private final Map<String, HdfsAppendFile> writers = new ConcurrentHashMap<>();
    private final AtomicInteger copies = new AtomicInteger();

    WriterTools(
            DistributedFileSystem hdfs,
            HdfsStoreConfig config,
            StallWatch watch,
            Placement placement,
            LateCloser closer) {
        this.hdfs = hdfs;
        this.config = config;
        this.watch = watch;
        this.placement = placement;
        this.closer = closer;
    }

    HdfsStoreConfig config() {
        return config;
    }

    StallWatch watch() {
        return watch;
    }

    /** A writer that this process has made. */
    void writing(HdfsAppendFile file) {
        writers.put(file.path(), file);
    }

    /** Tells this process's own writer of the file, if there is one. */
    void fence(String path, String reason) {
        HdfsAppendFile writer = writers.remove(path);
        if (writer != null) {
            writer.fence(reason);
        }
    }

    /** The file is complete. */
    void written(String path, HdfsAppendFile file, short replication) {
        writers.remove(path, file);
        if (replication < config.replication()) {
            closer.replicate(path, HdfsStore.resolve(config, path));
        }
    }

    /** The writer has let go of a file that is not complete. */
    void abandoned(String path, HdfsAppendFile file, FSDataOutputStream out, boolean failed, short replication) {
        writers.remove(path, file);
        closer.close(path, HdfsStore.resolve(config, path), out, failed, replication);
    }

    /** The DataNodes that a working file has. */
    DatanodeInfo @Nullable [] notePipeline(FSDataOutputStream out) {
        OutputStream stream = out.getWrappedStream();
        if (stream instanceof CryptoOutputStream crypto) {
            stream = crypto.getWrappedStream();
        }
        if (stream instanceof DFSOutputStream dfs) {
            DatanodeInfo[] nodes = dfs.getPipeline();
            if (nodes != null) {
                placement.seen(nodes);
                noteCopies(nodes.length);
            }
            return nodes;
        }
        return null;
    }

    private void noteCopies(int has) {
        if (copies.getAndSet(has) != has) {
            if (has < config.replication()) {
                LOG.warn("hdfs_copies=too_few has={} wanted={} hint='start more DataNodes'", has, config.replication());
            } else {
                LOG.debug("hdfs_copies=enough has={}", has);
            }
        }
    }

    /** The fault of a writer whose call was given up. */
    WeirException stalled(String action, String path, @Nullable IOException cause) {
        if (outcome(path).lost()) {
            return fenced(action, path, cause);
        }
        return new WeirException(
                FaultKind.UNAVAILABLE,
                "Cannot " + action + " " + path + ": HDFS does not answer. A DataNode hangs or is overloaded; the log"
                        + " names the one that shows no sign of life.",
                cause);
    }

    /** The fault of a writer whose call failed. */
    WeirException failed(String action, String path, IOException cause) {
        if (HdfsFaults.saysNotTheWriter(cause) || outcome(path).lost()) {
            return fenced(action, path, cause);
        }
        WeirException fault = HdfsFaults.of(action, path, cause);
        // Of a writer everything else is a matter of the next file.
        return fault.kind() == FaultKind.CLOSED
                ? fault
                : new WeirException(FaultKind.UNAVAILABLE, String.valueOf(fault.getMessage()), cause);
    }

    private static WeirException fenced(String action, String path, @Nullable IOException cause) {
        return new WeirException(
                FaultKind.FENCED,
                "Cannot " + action + " " + path + ": another has closed or deleted the file and has the write right",
                cause);
    }

    /** What became of a file, as far as the NameNode says: {@code lengthBytes} of one that is closed. */
    private record Outcome(boolean gone, boolean closed, long lengthBytes) {
        static final Outcome UNKNOWN = new Outcome(false, false, 0);

        boolean lost() {
            return gone || closed;
        }
    }

    /** Whether the file was closed with this length though its writer did not hear of it. */
    boolean isComplete(String path, long lengthBytes) {
        Outcome outcome = outcome(path);
        return outcome.closed && outcome.lengthBytes == lengthBytes;
    }

    private Outcome outcome(String path) {
        StallWatch.Call call = watch.begin(VERDICT);
        try {
            LocatedBlocks blocks = locate(path);
            return new Outcome(false, !blocks.isUnderConstruction(), blocks.getFileLength());
        } catch (FileNotFoundException e) {
            return new Outcome(true, false, 0);
        } catch (IOException e) {
            return Outcome.UNKNOWN; // the NameNode is away, too
        } finally {
            call.end();
        }
    }

    /** Whether one of the DataNodes of a file that waits gives no sign of life. */
    boolean hasSickNode(String path, DatanodeInfo @Nullable [] known) {
        DatanodeInfo[] nodes = known;
        try {
            LocatedBlock last = locate(path).getLastLocatedBlock();
            nodes = last == null ? known : last.getLocations();
        } catch (IOException e) {
            LOG.debug("hdfs_pipeline=unknown path={} reason={}", path, e.getMessage());
        }
        return nodes != null && placement.examine(nodes);
    }

    private LocatedBlocks locate(String path) throws IOException {
        LocatedBlocks blocks = hdfs.getClient()
                .getLocatedBlocks(HdfsStore.resolve(config, path).toUri().getPath(), 0, Long.MAX_VALUE);
        if (blocks == null) {
            throw new FileNotFoundException(path);
        }
        return blocks;
    }
}
