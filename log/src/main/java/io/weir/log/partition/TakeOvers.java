package io.weir.log.partition;

import io.netty.buffer.ByteBufAllocator;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.Neighbours;
import io.weir.log.PriorOwners.Answer;
import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.commitlog.CommitLogReader;
import io.weir.log.segment.PartitionKey;
import io.weir.storage.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes partitions over that other nodes, or earlier lives of this one, may have owned (DESIGN 4.5, 4.6;
 * docs/adr/0009). Whoever may still be writing is asked to let go; the commit logs of all others are sealed and their
 * entries replayed; then the store has everything. Nothing needs to be known of who owned what: every commit log in the
 * store is either this node's, or its node lets go, or it is sealed.
 *
 * <p>Partitions that come together are taken over together, in rounds. A few rounds may be under way side by side: each
 * looks for itself at what the store holds, and a partition is in one of them at most.
 */
final class TakeOvers {
    private static final Logger LOG = LoggerFactory.getLogger(TakeOvers.class);

    /** More often come several partitions than one: so long a round waits for the rest of them. */
    private static final long GATHER_MS = 2;

    /** The first few partitions of many must not keep the rest waiting; those that come in drops go together. */
    private static final int MAX_ROUNDS = 3;

    /** A node that dies while it is asked is noticed so soon. */
    private static final long LOOK_AGAIN_MS = 200;

    /** A commit log that is being removed is gone soon. */
    private static final int READ_ATTEMPTS = 20;

    private static final long READ_PAUSE_MS = 50;

    private final Store store;
    private final Segments segments;
    private final CommitLogReader reader;
    private final Neighbours neighbours;
    private final TakenNotes notes;
    private final Time time;
    private final Executor executor;
    private final Duration patience;
    private final Consumer<Throwable> onFenced;
    /** To read what segments say: more at a time than the store bears would only wait there, with all that they hold. */
    private final Semaphore opening;

    private final List<PartitionLog> waiting = new ArrayList<>();
    private final Set<PartitionKey> underWay = new HashSet<>();
    private int rounds;
    private boolean gathering;
    private volatile CommitLogId own = new CommitLogId(0, 0);
    private volatile Supplier<Set<String>> madeByOwn = Set::of;

    /** By this node; their contents may not have been read. */
    private final Set<CommitLogId> sealed = new HashSet<>();

    private final Map<CommitLogId, Contents> contents = new HashMap<>();
    private final List<Share> shares = new ArrayList<>();

    /**
     * What a sealed commit log holds.
     *
     * @param partitions with entries, and which
     * @param completePacks the life's packs below this are known to be complete
     */
    record Contents(Map<PartitionKey, ReplayedPartitions.Extent> partitions, long completePacks) {}

    /** What this node has taken of a sealed commit log: it is needed until its files are not pinned any more. */
    private record Share(CommitLogId from, List<CommitLogFile> files, Set<PartitionKey> partitions, long sinceMs) {
        boolean inSegments() {
            return files.stream().allMatch(CommitLogFile::disposable);
        }
    }

    /**
     * @param patience how long a node that is alive may take to let go before its commit log is sealed all the same
     * @param onFenced told when that happened to this node's own
     */
    TakeOvers(
            Store store,
            Segments segments,
            ByteBufAllocator allocator,
            Uuid bootId,
            Neighbours neighbours,
            TakenNotes notes,
            Duration patience,
            Time time,
            Executor executor,
            Consumer<Throwable> onFenced) {
        this.onFenced = onFenced;
        this.store = store;
        this.segments = segments;
        this.reader = new CommitLogReader(store, allocator, bootId, executor);
        this.neighbours = neighbours;
        this.notes = notes;
        this.patience = patience;
        this.time = time;
        this.executor = executor;
        this.opening = new Semaphore(2 * store.readAdvice().atOnce());
    }

    /**
     * This life, whose commit log is nobody else's.
     *
     * @param made paths of the files that it has made
     */
    void start(CommitLogId thisLife, Supplier<Set<String>> made) {
        own = thisLife;
        madeByOwn = made;
        executor.execute(this::prepare);
    }

    /** Does while nobody waits yet what the first round would have to do. */
    private void prepare() {
        try {
            for (CommitLogId life : CommitLogId.list(store)) {
                if (life.nodeId() == own.nodeId() && life.brokerEpoch() < own.brokerEpoch() && !isKnownSealed(life)) {
                    seal(life);
                }
            }
            segments.refresh(Set.of(), this::mayBeUnfinished, executor);
        } catch (RuntimeException e) {
            LOG.info("take_over=not_prepared reason={}", e.getMessage());
        }
    }

    private void seal(CommitLogId life) {
        again(life, () -> {
            reader.seal(life);
            return life;
        });
        synchronized (this) {
            sealed.add(life);
        }
    }

    CommitLogId thisLife() {
        return own;
    }

    /** Begins; the partition hears {@link PartitionLog#recovered} or {@link PartitionLog#failed}. Does not block. */
    void begin(PartitionLog log) {
        synchronized (this) {
            waiting.add(log);
        }
        beginRound();
    }

    private void beginRound() {
        synchronized (this) {
            if (gathering || rounds == MAX_ROUNDS || waiting.stream().allMatch(log -> underWay.contains(key(log)))) {
                return; // whoever gathers takes it along, or whoever ends begins the next
            }
            gathering = true;
            rounds++;
        }
        executor.execute(this::round);
    }

    private void round() {
        time.sleep(GATHER_MS);
        Map<TopicIdPartition, PartitionLog> round = new LinkedHashMap<>();
        try {
            long start = time.milliseconds();
            try {
                sealTheDead();
            } finally {
                gather(round); // whoever came meanwhile, too: sealing takes longest by far
            }
            take(round, start);
        } catch (RuntimeException e) {
            FaultKind kind = e instanceof WeirException fault ? fault.kind() : FaultKind.INTERNAL;
            round.values().forEach(log -> failed(log, e, kind == FaultKind.UNAVAILABLE));
            if (kind == FaultKind.FENCED) {
                onFenced.accept(e);
            }
        }
        synchronized (this) {
            rounds--;
        }
        beginRound();
    }

    /** A partition that was closed and opened again waits until the attempt for its earlier opening has ended. */
    private synchronized void gather(Map<TopicIdPartition, PartitionLog> round) {
        gathering = false;
        waiting.removeIf(log -> {
            boolean first = underWay.add(key(log));
            if (first) {
                round.put(log.id(), log);
            }
            return first;
        });
    }

    /** Ends the commit logs of nodes that are gone, which nobody has ended yet. Blocks, for seconds on some stores. */
    private void sealTheDead() {
        Set<CommitLogId> lives = CommitLogId.list(store);
        List<CommitLogId> dead = lives.stream()
                .filter(life -> !life.equals(own) && !mayWrite(life, lives) && !isKnownSealed(life))
                .toList();
        if (dead.isEmpty()) {
            return;
        }
        // Whoever was away for long may take others for dead that have outlived it.
        checkNotSealed();
        executor.execute(this::lookAhead);
        dead.forEach(this::seal);
    }

    /** The store has more to do while files are fenced than to wait for that. What cannot be read yet is left for later. */
    private void lookAhead() {
        try {
            segments.refresh(Set.of(), (life, sequence) -> true, executor);
        } catch (RuntimeException e) {
            LOG.info("take_over=not_looked_ahead reason={}", e.getMessage());
        }
    }

    private void checkNotSealed() {
        if (reader.isSealed(own, madeByOwn.get())) {
            throw new WeirException(
                    FaultKind.FENCED,
                    "Another node has taken over this node's commit log " + own.directory()
                            + ": it was away for too long");
        }
    }

    /** Whether the life's node is still there and may own partitions, as far as is known. */
    private boolean mayWrite(CommitLogId life, Set<CommitLogId> lives) {
        return life.nodeId() != own.nodeId()
                && neighbours.nodes().alive(life.nodeId(), life.brokerEpoch())
                && !hasSuccessor(life, lives)
                && !isKnownSealed(life);
    }

    private void failed(PartitionLog log, RuntimeException reason, boolean retry) {
        ended(log);
        log.failed(reason, retry);
    }

    private void ended(PartitionLog log) {
        boolean more;
        synchronized (this) {
            underWay.remove(key(log));
            more = !waiting.isEmpty();
        }
        if (more) {
            beginRound();
        }
    }

    private static PartitionKey key(PartitionLog log) {
        return PartitionKey.of(log.id());
    }

    /** Takes over; whoever is told of a failure before the end is taken out of {@code wanted}. */
    private void take(Map<TopicIdPartition, PartitionLog> wanted, long start) {
        long sealed = time.milliseconds();
        Set<CommitLogId> toReplay = new TreeSet<>();
        Set<CommitLogId> toAsk = new TreeSet<>();
        Set<CommitLogId> lives = CommitLogId.list(store);
        for (CommitLogId life : lives) {
            if (life.equals(own)) {
                checkNotSealed();
            } else {
                (mayWrite(life, lives) ? toAsk : toReplay).add(life);
            }
        }
        Set<TopicIdPartition> whole = new HashSet<>();
        toReplay.addAll(ask(toAsk, wanted, whole));
        if (wanted.isEmpty()) {
            return;
        }
        Map<PartitionKey, Replayed> replayed = new HashMap<>();
        wanted.keySet().forEach(id -> replayed.put(PartitionKey.of(id), new Replayed()));
        Map<PartitionKey, Replayed> scattered = new HashMap<>(replayed);
        whole.forEach(id -> scattered.remove(PartitionKey.of(id)));
        long asked = time.milliseconds();
        long read;
        try {
            if (!scattered.isEmpty()) {
                for (CommitLogId life : toReplay) {
                    replay(life, scattered);
                }
            }
            read = time.milliseconds();
            segments.refresh(wanted.keySet(), this::mayBeUnfinished, executor);
        } catch (RuntimeException e) {
            replayed.forEach(this::giveUp);
            throw e;
        }
        LOG.info(
                "take_over=replayed partitions={} of_whom_whole={} commit_logs={} asked={} took_ms={} seal_ms={} ask_ms={} read_ms={} list_ms={}",
                wanted.size(),
                whole.size(),
                toReplay.size(),
                toAsk.size(),
                time.milliseconds() - start,
                sealed - start,
                asked - sealed,
                read - asked,
                time.milliseconds() - read);
        wanted.forEach((id, log) -> executor.execute(() -> open(log, Objects.requireNonNull(replayed.get(key(log))))));
    }

    /**
     * Returns whose commit logs must be sealed after all; who asks in vain is taken out of {@code wanted}, and what segments
     * hold all of is put into {@code whole}.
     */
    private Set<CommitLogId> ask(
            Set<CommitLogId> living, Map<TopicIdPartition, PartitionLog> wanted, Set<TopicIdPartition> whole) {
        Map<TopicIdPartition, Integer> epochs = new HashMap<>();
        wanted.forEach((id, log) -> epochs.put(id, log.leaderEpoch()));
        Map<CommitLogId, CompletableFuture<Map<TopicIdPartition, Answer>>> asked = new LinkedHashMap<>();
        for (CommitLogId life : living) {
            asked.put(life, neighbours.priorOwners().letGo(life.nodeId(), epochs));
        }
        long deadline = time.milliseconds() + patience.toMillis();
        Set<CommitLogId> silent = new TreeSet<>();
        asked.forEach((life, answer) -> {
            Map<TopicIdPartition, Answer> answers = answers(life, answer, deadline);
            epochs.forEach((id, epoch) -> {
                Answer said = answers.get(id);
                if (said == Answer.SUPERSEDED) {
                    PartitionLog log = wanted.remove(id);
                    if (log != null) {
                        failed(
                                log,
                                new WeirException(
                                        FaultKind.UNAVAILABLE,
                                        "Node " + life.nodeId() + " owns " + id + " under an epoch after " + epoch),
                                true);
                    }
                } else if (said == Answer.LET_GO_WHOLE) {
                    whole.add(id);
                } else if (said == null) {
                    silent.add(life);
                }
            });
        });
        // A new process may have answered for the one before it, which the metadata here still hold for alive. It made
        // its
        // commit log before it answered.
        Set<CommitLogId> now = CommitLogId.list(store);
        living.stream().filter(life -> hasSuccessor(life, now)).forEach(silent::add);
        return silent;
    }

    private static boolean hasSuccessor(CommitLogId life, Set<CommitLogId> lives) {
        return lives.stream()
                .anyMatch(other -> other.nodeId() == life.nodeId() && other.brokerEpoch() > life.brokerEpoch());
    }

    /** Its node has nothing to let go of any more, though it may not know. */
    private synchronized boolean isKnownSealed(CommitLogId life) {
        return sealed.contains(life);
    }

    /** Waits for as long as the node is alive and there is patience left: it may have much to write first. */
    private Map<TopicIdPartition, Answer> answers(
            CommitLogId life, CompletableFuture<Map<TopicIdPartition, Answer>> answer, long deadline) {
        try {
            while (true) {
                try {
                    long left = deadline - time.milliseconds();
                    return answer.get(Math.clamp(left, 0, LOOK_AGAIN_MS), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (time.milliseconds() >= deadline
                            || !neighbours.nodes().alive(life.nodeId(), life.brokerEpoch())) {
                        return silent(life, e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "Interrupted while another node let go", e);
        } catch (ExecutionException e) {
            return silent(life, e);
        }
    }

    private static Map<TopicIdPartition, Answer> silent(CommitLogId life, Exception why) {
        LOG.warn(
                "take_over=no_answer node={} broker_epoch={} reason=\"{}\" (its commit log is sealed)",
                life.nodeId(),
                life.brokerEpoch(),
                why.toString());
        return Map.of();
    }

    /** Seals the commit log, and gives each wanted partition its entries. */
    private void replay(CommitLogId life, Map<PartitionKey, Replayed> wanted) {
        Contents known;
        synchronized (this) {
            known = contents.get(life);
        }
        if (known != null && known.partitions.keySet().stream().noneMatch(wanted::containsKey)) {
            return;
        }
        ReplayedPartitions reading = new ReplayedPartitions(wanted::get);
        List<CommitLogFile> files = again(life, () -> reader.replay(life, reading));
        synchronized (this) {
            sealed.add(life);
            contents.put(life, new Contents(Map.copyOf(reading.seen()), reading.completePacks()));
            Set<PartitionKey> mine = new HashSet<>(reading.seen().keySet());
            mine.retainAll(wanted.keySet());
            if (!mine.isEmpty()) {
                shares.add(new Share(life, files, mine, time.milliseconds()));
            }
        }
    }

    /**
     * Does it to a commit log, also while whoever keeps house removes that: what nobody needs any more is in segments,
     * and of what is read twice one counts.
     */
    private <T> T again(CommitLogId life, Supplier<T> action) {
        for (int attempt = 1; ; attempt++) {
            try {
                return action.get();
            } catch (WeirException e) {
                if (e.kind() != FaultKind.INVALID) {
                    throw e;
                }
                if (attempt == READ_ATTEMPTS) {
                    throw new WeirException(
                            FaultKind.UNAVAILABLE,
                            "The commit log " + life.directory() + " is being removed: " + e.getMessage(),
                            e);
                }
                LOG.info("commit_log=changed_while_read directory={} reason={}", life.directory(), e.getMessage());
                time.sleep(READ_PAUSE_MS);
            }
        }
    }

    /** What a commit log of a life that is over holds; seals it. Blocks. */
    Contents contents(CommitLogId life) {
        synchronized (this) {
            Contents known = contents.get(life);
            if (known != null) {
                return known;
            }
        }
        replay(life, Map.of());
        synchronized (this) {
            return Objects.requireNonNull(contents.get(life));
        }
    }

    /** The commit log is gone. */
    synchronized void forget(CommitLogId life) {
        sealed.remove(life);
        contents.remove(life);
    }

    /** Whether a pack that cannot be read may be one that is being written, or was when its writer died. */
    private boolean mayBeUnfinished(CommitLogId life, long sequence) {
        if (life.equals(own) || neighbours.nodes().alive(life.nodeId(), life.brokerEpoch())) {
            return true;
        }
        boolean there = CommitLogId.list(store).contains(life);
        // In this order: the note is written before the commit log goes.
        OptionalLong noted = new CompletePacks(store).below(life);
        long complete = there ? Math.max(contents(life).completePacks, noted.orElse(0)) : noted.orElse(Long.MAX_VALUE);
        return sequence >= complete;
    }

    /** What was replayed will not be used: another attempt, perhaps another node's, will need the commit logs again. */
    private void giveUp(PartitionKey key, Replayed left) {
        synchronized (this) {
            shares.forEach(share -> share.partitions.remove(key));
            shares.removeIf(share -> share.partitions.isEmpty());
        }
        left.discard();
    }

    private void open(PartitionLog log, Replayed left) {
        left.sort();
        Segments.Opened opened;
        opening.acquireUninterruptibly();
        try {
            opened = segments.open(log.id(), left);
        } catch (RuntimeException e) {
            giveUp(key(log), left);
            failed(log, e, e instanceof WeirException fault && fault.kind() == FaultKind.UNAVAILABLE);
            return;
        } finally {
            opening.release();
        }
        try {
            log.recovered(opened.cold(), opened.saved(), left);
        } catch (RuntimeException e) {
            failed(log, e, false); // and keeps what it has pinned: nobody may clear that away
            return;
        }
        ended(log);
        // The note stands in a commit log that is to go.
        log.renewLogStart();
    }

    /**
     * Writes down what this node needs no more of other commit logs. Blocks.
     *
     * @return the partitions that hold something of one since before {@code sinceMs}
     */
    Set<PartitionKey> settle(long sinceMs) {
        List<Share> done = new ArrayList<>();
        Set<PartitionKey> overdue = new HashSet<>();
        synchronized (this) {
            for (Share share : shares) {
                if (share.inSegments()) {
                    done.add(share);
                } else if (share.sinceMs <= sinceMs) {
                    overdue.addAll(share.partitions);
                }
            }
        }
        for (Share share : done) {
            notes.write(share.from, own, share.partitions);
            synchronized (this) {
                shares.remove(share);
            }
        }
        return overdue;
    }
}
