package io.weir.storage.hdfs;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadAdvice;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.StorePaths;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.client.HdfsDataInputStream;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in a directory of HDFS, which any number of processes may share. Exclusive creation is the NameNode's, in
 * one step with the directories that are missing; a directory that has become empty is removed, which the NameNode
 * refuses when a file has come meanwhile. Any thread; every call may block on the network.
 */
public final class HdfsStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(HdfsStore.class);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 4096;

    /** A read is a connection to a DataNode and its answer: a millisecond or more, whatever it brings. */
    private static final ReadAdvice READS = new ReadAdvice(16, 256 * 1024);

    private final HdfsStoreConfig config;
    private final DistributedFileSystem hdfs;
    private final String root;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final LeaseRecovery recovery;
    private final LateCloser closer;
    private final Placement placement;
    private final StallWatch watch;
    private final WriterTools writers;

    /**
     * Connects and makes the store's directory.
     *
     * @throws WeirException UNAVAILABLE when HDFS cannot be reached or does not permit it
     */
    public HdfsStore(HdfsStoreConfig config, Time time) {
        this.config = config;
        Configuration settings = HdfsClientSettings.of(config);
        this.root = trimmed(config.root().getPath());
        try {
            this.hdfs = HdfsClientSettings.open(config, settings);
        } catch (IOException | IllegalArgumentException e) {
            // An unknown host comes as an IllegalArgumentException.
            IOException cause = e instanceof IOException io
                    ? io
                    : e.getCause() instanceof IOException io ? io : new IOException(e.getMessage(), e);
            throw HdfsFaults.of("open the store", config.root().toString(), cause);
        }
        try {
            hdfs.mkdirs(new Path(root));
        } catch (IOException e) {
            closeClient();
            throw HdfsFaults.of("open the store", config.root().toString(), e);
        }
        this.recovery = new LeaseRecovery(hdfs, config.fenceTimeout(), time, closing);
        this.closer = new LateCloser(hdfs, recovery, config.replication(), closing);
        this.placement = new Placement(settings, time, new Random(time.nanoseconds()), closing);
        this.watch = new StallWatch();
        this.writers = new WriterTools(hdfs, config, watch, placement, closer);
        LOG.info(
                "event=store_opened root={} replication={} block_bytes={} hsync={}",
                config.root(),
                config.replication(),
                config.blockBytes(),
                config.hsync());
    }

    @Override
    public AppendFile create(String path) {
        return create(path, false);
    }

    @Override
    public AppendFile createJournal(String path) {
        return create(path, true);
    }

    private AppendFile create(String path, boolean journal) {
        checkOpen();
        Path file = resolve(StorePaths.check(path));
        closer.requireRoom();
        try {
            return created(path, file, journal);
        } catch (FileAlreadyExistsException e) {
            // Empty directories may be left where a deletion met a crash; they are in nobody's way.
            if (!removeEmptyDirectory(file)) {
                throw HdfsFaults.of("create", path, e);
            }
        } catch (IOException e) {
            throw HdfsFaults.of("create", path, e);
        }
        try {
            return created(path, file, journal);
        } catch (IOException e) {
            throw HdfsFaults.of("create", path, e);
        }
    }

    private AppendFile created(String path, Path file, boolean journal) throws IOException {
        Optional<List<InetSocketAddress>> nodes = placement.choose(config.replication());
        short replication = (short) (nodes.isPresent() ? nodes.get().size() : config.replication());
        var builder = hdfs.createFile(file)
                .overwrite(false)
                .recursive()
                .bufferSize(BUFFER_BYTES)
                .replication(replication)
                .blockSize(config.blockBytes())
                // Not erasure-coded, which cannot be flushed.
                .replicate();
        if (config.hsync()) {
            builder = builder.syncBlock();
        }
        if (nodes.isPresent()) {
            builder = builder.favoredNodes(nodes.get().toArray(new InetSocketAddress[0]));
        }
        FSDataOutputStream out = builder.build();
        HdfsAppendFile writer = new HdfsAppendFile(path, out, journal, replication, writers);
        writers.writing(writer);
        return writer;
    }

    @Override
    public ReadFile open(String path) {
        checkOpen();
        Path file = resolve(StorePaths.check(path));
        try {
            FSDataInputStream in = hdfs.open(file);
            try {
                // Also what was flushed into a file that is still being written.
                long length = in instanceof HdfsDataInputStream known
                        ? known.getVisibleLength()
                        : hdfs.getFileStatus(file).getLen();
                return new HdfsReadFile(path, in, length);
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        } catch (IOException e) {
            throw HdfsFaults.of("open", path, e);
        }
    }

    @Override
    public List<FileStatus> list(String prefix) {
        checkOpen();
        StorePaths.checkPrefix(prefix);
        try {
            return new HdfsListing(hdfs.getClient(), root).list(prefix);
        } catch (IOException e) {
            throw HdfsFaults.of("list", prefix, e);
        }
    }

    @Override
    public List<FileStatus> listAll(Collection<String> directories) {
        checkOpen();
        directories.forEach(StorePaths::checkPrefix);
        try {
            return new HdfsListing(hdfs.getClient(), root).listAll(directories);
        } catch (IOException e) {
            throw HdfsFaults.of("list", directories.size() + " directories", e);
        }
    }

    @Override
    public void delete(String path) {
        checkOpen();
        Path file = resolve(StorePaths.check(path));
        try {
            if (hdfs.getFileStatus(file).isFile() && hdfs.delete(file, false)) {
                writers.fence(path, "it was deleted");
                removeEmptyParents(path);
            }
        } catch (IOException e) {
            WeirException fault = HdfsFaults.of("delete", path, e);
            if (fault.kind() != FaultKind.INVALID) {
                throw fault;
            }
            // There is no such file.
        }
    }

    /** A directory costs the NameNode memory for ever, and every topic and every life of a node has some. */
    private void removeEmptyParents(String path) {
        int slash = path.lastIndexOf('/');
        while (slash > 0) {
            if (!removeEmptyDirectory(resolve(path.substring(0, slash)))) {
                return;
            }
            slash = path.lastIndexOf('/', slash - 1);
        }
    }

    /** Whether an empty directory was there, and is gone. */
    private boolean removeEmptyDirectory(Path directory) {
        try {
            if (hdfs.getFileStatus(directory) instanceof HdfsFileStatus status
                    && status.isDirectory()
                    && status.getChildrenNum() == 0) {
                return hdfs.delete(directory, false);
            }
        } catch (PathIsNotEmptyDirectoryException e) {
            LOG.trace("hdfs_directory=kept path={}", directory); // a file has come meanwhile
        } catch (IOException e) {
            LOG.debug("hdfs_directory=kept path={} reason={}", directory, e.getMessage());
        }
        return false;
    }

    @Override
    public long fence(String path) {
        checkOpen();
        Path file = resolve(StorePaths.check(path));
        writers.fence(path, "it was fenced");
        return recovery.recover(path, file);
    }

    @Override
    public ReadAdvice readAdvice() {
        return READS;
    }

    @Override
    public String place() {
        return config.root().toString();
    }

    /** Ends all calls; files that are open stay as they are, for whoever fences them. */
    @Override
    public void close() {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        watch.close();
        closeClient();
        LOG.info("event=store_closed root={}", config.root());
    }

    // It may wait for servers that do not answer.
    private void closeClient() {
        Thread closer = Thread.ofPlatform().daemon().name("weir-hdfs-close").start(() -> {
            try {
                hdfs.close();
            } catch (IOException e) {
                LOG.debug("event=store_close_failed root={} reason={}", config.root(), e.getMessage());
            }
        });
        try {
            if (!closer.join(CLOSE_BOUND)) {
                LOG.warn("event=store_close_given_up root={} after_ms={}", config.root(), CLOSE_BOUND.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkOpen() {
        if (closing.getCount() == 0) {
            throw new WeirException(FaultKind.CLOSED, "The store " + config.root() + " is closed");
        }
    }

    private Path resolve(String path) {
        return new Path(root + "/" + path);
    }

    /** A file's path in HDFS. */
    static Path resolve(HdfsStoreConfig config, String path) {
        return new Path(trimmed(config.root().getPath()) + "/" + path);
    }

    private static String trimmed(String path) {
        return path.endsWith("/") ? trimmed(path.substring(0, path.length() - 1)) : path;
    }
}
