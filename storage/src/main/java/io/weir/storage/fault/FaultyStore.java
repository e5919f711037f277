package io.weir.storage.fault;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadAdvice;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Any store with faults. Appended bytes are held back until they are flushed, so that {@link #crash} can lose them
 * on every back end; readers do not see them before.
 *
 * <p>Any thread. Decisions are made under this object's monitor, in the order of operations: with one thread, or
 * threads that a simulation orders, a seed repeats a run.
 */
public final class FaultyStore implements Store {
    private final Store delegate;
    private final RandomGenerator random;
    private final Consumer<Duration> delay;
    private final Map<String, FaultyAppendFile> writers = new TreeMap<>();
    private final List<Stall> stalls = new ArrayList<>();
    private FaultPlan plan = FaultPlan.none();
    private long roomBytes = Long.MAX_VALUE;
    private boolean readOnly;

    /**
     * A store without faults as yet.
     *
     * @param random decides what survives a crash
     * @param delay plays the time that a slow operation takes, such as {@code d -> time.sleep(d.toMillis())}
     */
    public FaultyStore(Store delegate, RandomGenerator random, Consumer<Duration> delay) {
        this.delegate = delegate;
        this.random = random;
        this.delay = delay;
    }

    /** From now on things go wrong as {@code next} says. */
    public synchronized void use(FaultPlan next) {
        plan = next;
    }

    /** From now on appends may add {@code bytes} in all; what is beyond fails as on a full disk. */
    public synchronized void limitRoom(long bytes) {
        roomBytes = bytes;
    }

    /** Refuses whatever would change the store, or takes it again. */
    public synchronized void readOnly(boolean refuse) {
        readOnly = refuse;
    }

    /** Ends all faults, stalls included. */
    public synchronized void heal() {
        plan = FaultPlan.none();
        roomBytes = Long.MAX_VALUE;
        readOnly = false;
        stalls.forEach(Stall::release);
        stalls.clear();
    }

    /** From now on {@code operation} on paths that begin with {@code pathPrefix} hangs, until it is released. */
    public synchronized Stall stall(Operation operation, String pathPrefix) {
        Stall stall = new Stall(operation, pathPrefix);
        stalls.add(stall);
        return stall;
    }

    /**
     * The process dies and the power fails: writers are dead, and of each file's unflushed bytes the first few, by
     * chance, have made it.
     */
    public void crash() {
        List<FaultyAppendFile> dying;
        synchronized (this) {
            dying = List.copyOf(writers.values());
            writers.clear();
        }
        for (FaultyAppendFile writer : dying) {
            writer.crash();
        }
    }

    /** Changes the byte at {@code position} of a file that nobody writes. */
    public void flip(String path, long position, int mask) {
        byte[] bytes = readAll(path);
        bytes[Math.toIntExact(position)] ^= (byte) mask;
        replace(path, bytes, bytes.length);
    }

    /** Cuts a file that nobody writes down to its first {@code lengthBytes}. */
    public void truncate(String path, long lengthBytes) {
        byte[] bytes = readAll(path);
        replace(path, bytes, Math.toIntExact(lengthBytes));
    }

    @Override
    public AppendFile create(String path) {
        return create(path, delegate::create);
    }

    @Override
    public AppendFile createJournal(String path) {
        return create(path, delegate::createJournal);
    }

    private AppendFile create(String path, Function<String, AppendFile> make) {
        return perform(Operation.CREATE, path, () -> {
            FaultyAppendFile writer = new FaultyAppendFile(this, make.apply(path));
            synchronized (this) {
                writers.put(path, writer);
            }
            return writer;
        });
    }

    @Override
    public ReadFile open(String path) {
        return perform(Operation.OPEN, path, () -> new FaultyReadFile(path, delegate.open(path)));
    }

    @Override
    public List<FileStatus> list(String prefix) {
        return perform(Operation.LIST, prefix, () -> delegate.list(prefix));
    }

    @Override
    public void delete(String path) {
        perform(Operation.DELETE, path, () -> {
            endWriter(path);
            delegate.delete(path);
            return path;
        });
    }

    @Override
    public long fence(String path) {
        return perform(Operation.FENCE, path, () -> {
            endWriter(path);
            return delegate.fence(path);
        });
    }

    @Override
    public String place() {
        return delegate.place();
    }

    @Override
    public ReadAdvice readAdvice() {
        return delegate.readAdvice();
    }

    @Override
    public void close() {
        heal();
        delegate.close();
    }

    /** Runs one operation with whatever is to go wrong with it. */
    <T> T perform(Operation operation, String path, Supplier<T> effect) {
        Fault fault = decide(operation, path);
        return switch (fault) {
            case Fault.None none -> effect.get();
            case Fault.Before before -> throw injected(operation, path, "before its effect");
            case Fault.After after -> {
                var _ = effect.get();
                throw injected(operation, path, "after its effect");
            }
            case Fault.Slow slow -> {
                delay.accept(slow.delay());
                yield effect.get();
            }
        };
    }

    /** Takes room for up to {@code bytes}; answers how many fit. */
    synchronized long takeRoom(long bytes) {
        long taken = Math.min(bytes, roomBytes);
        if (roomBytes != Long.MAX_VALUE) {
            roomBytes -= taken;
        }
        return taken;
    }

    /** A share, from 0 to just below 1. Not to be called with a file's monitor held. */
    synchronized double chance() {
        return random.nextDouble();
    }

    synchronized void forget(FaultyAppendFile writer) {
        writers.remove(writer.path(), writer);
    }

    private Fault decide(Operation operation, String path) {
        Stall stall;
        Fault fault;
        synchronized (this) {
            if (readOnly && operation.writes()) {
                throw new WeirException(
                        FaultKind.UNAVAILABLE, "Cannot " + operation + " " + path + ": the store is read-only");
            }
            stall = stalls.stream()
                    .filter(each -> each.fits(operation, path))
                    .findFirst()
                    .orElse(null);
            fault = plan.next(operation, path);
        }
        if (stall != null) {
            try {
                stall.hang();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WeirException(
                        FaultKind.UNAVAILABLE, "Interrupted in a stalled " + operation + " of " + path, e);
            }
        }
        return fault;
    }

    private void endWriter(String path) {
        FaultyAppendFile writer;
        synchronized (this) {
            writer = writers.remove(path);
        }
        if (writer != null) {
            writer.fence();
        }
    }

    private byte[] readAll(String path) {
        try (ReadFile file = delegate.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.lengthBytes()));
            file.readFully(0, bytes);
            return bytes.array();
        }
    }

    private void replace(String path, byte[] bytes, int length) {
        delegate.delete(path);
        try (AppendFile file = delegate.create(path)) {
            file.append(List.of(ByteBuffer.wrap(bytes, 0, length)));
            file.seal();
        }
    }

    private static WeirException injected(Operation operation, String path, String when) {
        return new WeirException(FaultKind.UNAVAILABLE, "Injected: " + operation + " of " + path + " failed " + when);
    }

    private final class FaultyReadFile implements ReadFile {
        private final String path;
        private final ReadFile file;

        FaultyReadFile(String path, ReadFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public long lengthBytes() {
            return file.lengthBytes();
        }

        @Override
        public void readFully(long position, ByteBuffer target) {
            perform(Operation.READ, path, () -> {
                file.readFully(position, target);
                return target;
            });
        }

        @Override
        public int alignmentBytes() {
            return file.alignmentBytes();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
