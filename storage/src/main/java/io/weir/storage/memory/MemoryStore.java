package io.weir.storage.memory;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.StorePaths;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.utils.Time;

/** A store in this process's heap. Any thread. {@link #crash()} plays the loss of power. */
public final class MemoryStore implements Store {
    private final Time time;
    private final NavigableMap<String, MemoryFile> files = new ConcurrentSkipListMap<>();
    private final int journalBlockBytes;
    private final Set<MemoryFile> journals = ConcurrentHashMap.newKeySet();
    private volatile byte[] spare = new byte[0];
    private volatile boolean closed;

    /** An empty store whose files are dated by {@code time}. */
    public MemoryStore(Time time) {
        this(time, 1);
    }

    /**
     * A store for tests whose journals show a deleted journal's bytes behind their own, as a disk's do.
     *
     * @param journalBlockBytes block size of journals, a power of two; with 1 they are ordinary files
     */
    public MemoryStore(Time time, int journalBlockBytes) {
        this.time = time;
        this.journalBlockBytes = journalBlockBytes;
    }

    @Override
    public AppendFile create(String path) {
        return create(path, new MemoryFile(time.milliseconds()), 1);
    }

    @Override
    public AppendFile createJournal(String path) {
        if (journalBlockBytes == 1) {
            return create(path);
        }
        MemoryFile file = new MemoryFile(time.milliseconds(), spare);
        AppendFile writer = create(path, file, journalBlockBytes);
        journals.add(file);
        return writer;
    }

    private AppendFile create(String path, MemoryFile file, int blockBytes) {
        checkOpen();
        StorePaths.check(path);
        MemoryAppendFile writer = new MemoryAppendFile(path, file, blockBytes, time);
        file.writer(writer);
        if (files.putIfAbsent(path, file) != null) {
            throw new WeirException(FaultKind.INVALID, "Cannot create " + path + ": it exists already");
        }
        return writer;
    }

    @Override
    public ReadFile open(String path) {
        checkOpen();
        return new MemoryReadFile(path, find("open", path));
    }

    @Override
    public List<FileStatus> list(String prefix) {
        checkOpen();
        List<FileStatus> found = new ArrayList<>();
        for (Map.Entry<String, MemoryFile> entry :
                files.tailMap(StorePaths.checkPrefix(prefix), true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            MemoryFile file = entry.getValue();
            found.add(new FileStatus(entry.getKey(), file.visibleBytes(), file.modifiedMs()));
        }
        return found;
    }

    @Override
    public void delete(String path) {
        checkOpen();
        MemoryFile file = files.remove(StorePaths.check(path));
        if (file != null) {
            endWriter(file);
            if (journals.remove(file)) {
                ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.visibleBytes()));
                file.read(0, bytes);
                spare = bytes.array();
            }
        }
    }

    @Override
    public long fence(String path) {
        checkOpen();
        MemoryFile file = find("fence", path);
        endWriter(file);
        file.flush();
        return file.visibleBytes();
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Loses every byte that was not flushed; every writer is dead. The store goes on, as after a restart. */
    public void crash() {
        for (MemoryFile file : files.values()) {
            killWriter(file);
            file.cut(file.flushedBytes());
        }
    }

    /** As {@link #crash()}, but of each file's unflushed bytes the first few, by chance, have made it. */
    public void crash(RandomGenerator random) {
        for (MemoryFile file : files.values()) {
            killWriter(file);
            file.cut(random.nextLong(file.flushedBytes(), file.lengthBytes() + 1));
        }
    }

    private static void endWriter(MemoryFile file) {
        MemoryAppendFile writer = file.writer();
        if (writer != null) {
            writer.fence();
        }
    }

    private static void killWriter(MemoryFile file) {
        MemoryAppendFile writer = file.writer();
        if (writer != null) {
            writer.crash();
        }
    }

    private MemoryFile find(String action, String path) {
        MemoryFile file = files.get(StorePaths.check(path));
        if (file == null) {
            throw new WeirException(FaultKind.INVALID, "Cannot " + action + " " + path + ": there is no such file");
        }
        return file;
    }

    private void checkOpen() {
        if (closed) {
            throw new WeirException(FaultKind.CLOSED, "The memory store is closed");
        }
    }
}
