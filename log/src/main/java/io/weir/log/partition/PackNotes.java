package io.weir.log.partition;

import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.LogEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Notes in the commit log that packs are complete. A pack that cannot be read at the next start is one that a crash
 * cut off only if there is no note of it; else it is damaged. The last note's file is kept until the note has been
 * renewed. Any thread.
 */
final class PackNotes implements LogEntry.Target {
    private static final TopicIdPartition NOBODY = new TopicIdPartition(Uuid.ZERO_UUID, 0, "");

    private final LogContext.Sink sink;
    private final Runnable commit;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);
    private @Nullable CommitLogFile noted;
    private long complete;

    /** @param commit makes what is queued durable where no thread does; else nothing */
    PackNotes(LogContext.Sink sink, Runnable commit) {
        this.sink = sink;
        this.commit = commit;
    }

    /** Notes that packs below {@code sequence} are complete. @return done when that is durable */
    CompletableFuture<Void> note(long sequence) {
        CompletableFuture<Void> written;
        synchronized (this) {
            complete = sequence;
            written = new CompletableFuture<>();
            underWay = written;
        }
        sink.submit(LogEntry.packs(this, sequence));
        commit.run();
        return written;
    }

    /** Writes the note again when it stands in one of these files, which are wanted away. */
    void renew(List<CommitLogFile> files) {
        long sequence;
        synchronized (this) {
            if (noted == null || !files.contains(noted)) {
                return;
            }
            sequence = complete;
        }
        sink.submit(LogEntry.packs(this, sequence));
        commit.run();
    }

    @Override
    public TopicIdPartition id() {
        return NOBODY;
    }

    @Override
    public void committed(LogEntry entry) {
        CommitLogFile superseded;
        CompletableFuture<Void> written;
        synchronized (this) {
            superseded = noted;
            noted = entry.file();
            written = underWay;
        }
        if (superseded != null) {
            superseded.unpin();
        }
        written.complete(null);
    }

    @Override
    public void settled() {
        // Nobody reads notes.
    }

    @Override
    public void delayed(LogEntry entry, RuntimeException cause) {
        // Whoever waits goes on waiting, for a bounded time.
    }

    @Override
    public synchronized void abandoned(LogEntry entry, RuntimeException cause) {
        underWay.completeExceptionally(cause);
    }
}
