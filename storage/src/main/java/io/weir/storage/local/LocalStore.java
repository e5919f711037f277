package io.weir.storage.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadAdvice;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.StorePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store on a local directory. This process alone has it, so that fencing need only reach the writers in here.
 * A power loss keeps created names and flushed bytes; it may undo a deletion. Any thread; every call may block on
 * the disk.
 */
public final class LocalStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStore.class);
    private static final int STRIPES = 64;

    /**
     * A block of half a megabyte takes a disk a fraction of a millisecond, and each that is under way is one that the
     * commit log's next write waits for: 6 at a time doubled the 99th percentile of acknowledgements.
     */
    private static final ReadAdvice READS = new ReadAdvice(3, 0);

    private final Path root;
    private final DirectoryLock lock;
    private final Directories directories;
    private final DirectFiles direct;
    private final DirectReads directReads;
    private final Map<String, LocalAppendFile> writers = new ConcurrentHashMap<>();
    private final Set<LocalReadFile> readers = ConcurrentHashMap.newKeySet();
    private final SpaceReclaimer reclaimer = new SpaceReclaimer();
    // Creation and fencing of one path exclude each other: a file is never seen without its writer.
    private final ReentrantLock[] stripes =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);
    private volatile boolean closed;

    /**
     * Takes the directory, making it when it is not there.
     *
     * @throws WeirException UNAVAILABLE when another process has it or it cannot be written
     */
    public LocalStore(LocalStoreConfig config) {
        this.root = DirectoryLock.prepare(config.directory());
        this.lock = DirectoryLock.acquire(root);
        this.directories = new Directories(root);
        try {
            this.direct = DirectFiles.under(root, config.directIo());
        } catch (IOException e) {
            lock.close();
            throw LocalFaults.of("open", root, e);
        }
        this.directReads = new DirectReads(direct.blockBytes());
        LOG.info("event=store_opened directory={} direct_io_block_bytes={}", root, direct.blockBytes());
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
        Path directory = Directories.parent(file);
        directories.shared().lock();
        try {
            directories.make(directory);
            LocalAppendFile writer = createAndRegister(path, file, journal);
            try {
                Directories.sync(directory);
            } catch (IOException e) {
                writer.endBeforeDelete();
                direct.distrust(file);
                Files.deleteIfExists(file);
                throw e;
            }
            if (closed) {
                writer.close();
                checkOpen();
            }
            return writer;
        } catch (IOException e) {
            throw LocalFaults.of("create", file, e);
        } finally {
            directories.shared().unlock();
        }
    }

    @Override
    public ReadFile open(String path) {
        checkOpen();
        Path file = resolve(StorePaths.check(path));
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            LocalReadFile reader = openForReading(path, file);
            if (closed) {
                reader.close();
                checkOpen();
            }
            return reader;
        } catch (IOException e) {
            throw LocalFaults.of("open", file, e);
        }
    }

    private LocalReadFile openForReading(String path, Path file) throws IOException {
        ReentrantLock stripe = stripe(path);
        stripe.lock();
        try {
            LocalReadFile reader = LocalReadFile.open(file, directReads, readers::remove);
            readers.add(reader);
            return reader;
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public List<FileStatus> list(String prefix) {
        checkOpen();
        return LocalListing.list(root, StorePaths.checkPrefix(prefix));
    }

    @Override
    public void delete(String path) {
        checkOpen();
        Path file = resolve(StorePaths.check(path));
        ReentrantLock stripe = stripe(path);
        try {
            stripe.lock();
            try {
                LocalAppendFile writer = writers.get(path);
                if (writer != null) {
                    writer.endBeforeDelete();
                }
                if (!Files.isRegularFile(file) || (!direct.retire(file) && !remove(file))) {
                    return;
                }
            } finally {
                stripe.unlock();
            }
            directories.prune(Directories.parent(file));
        } catch (IOException e) {
            throw LocalFaults.of("delete", file, e);
        }
    }

    /** Who reads it reads on, so that its bytes have to stay until then. */
    private boolean remove(Path file) throws IOException {
        boolean read = readers.stream().anyMatch(reader -> reader.reads(file));
        return read ? Files.deleteIfExists(file) : reclaimer.remove(file);
    }

    @Override
    public long fence(String path) {
        checkOpen();
        Path file = resolve(StorePaths.check(path));
        ReentrantLock stripe = stripe(path);
        stripe.lock();
        try {
            LocalAppendFile writer = writers.get(path);
            if (writer != null) {
                return writer.fence();
            }
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            return LocalAppendFile.finalLength(file);
        } catch (IOException e) {
            throw LocalFaults.of("fence", file, e);
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public String place() {
        return "the disk with " + root;
    }

    @Override
    public ReadAdvice readAdvice() {
        return READS;
    }

    /** Lets go of all files and of the directory; what was not flushed has no promise. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        writers.values().forEach(LocalAppendFile::close);
        readers.forEach(LocalReadFile::close);
        reclaimer.close();
        lock.close();
        LOG.info("event=store_closed directory={}", root);
    }

    /** Files that are open in here for appending or reading, each of which holds a descriptor or two. */
    public int openFiles() {
        return writers.size() + readers.size();
    }

    private LocalAppendFile createAndRegister(String path, Path file, boolean journal) throws IOException {
        ReentrantLock stripe = stripe(path);
        stripe.lock();
        try {
            LocalAppendFile writer;
            if (journal) {
                DirectFiles.Journal made = direct.createJournal(file);
                writer = new LocalAppendFile(path, file, made.channel(), made.appender(), this::ended);
            } else {
                writer = new LocalAppendFile(path, file, direct.create(file), direct.appender(), this::ended);
            }
            writers.put(path, writer);
            return writer;
        } finally {
            stripe.unlock();
        }
    }

    private void ended(LocalAppendFile writer) {
        writers.remove(writer.path(), writer);
        if (writer.hasFailed()) {
            direct.distrust(resolve(writer.path()));
        }
    }

    private ReentrantLock stripe(String path) {
        return stripes[Math.floorMod(path.hashCode(), STRIPES)];
    }

    private Path resolve(String path) {
        return root.resolve(path);
    }

    private void checkOpen() {
        if (closed) {
            throw new WeirException(FaultKind.CLOSED, "The store in " + root + " is closed");
        }
    }
}
