package io.weir.metadata.raft;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.raft.Isolation;
import org.apache.kafka.raft.LogAppendInfo;
import org.apache.kafka.raft.LogFetchInfo;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.ValidOffsetAndEpoch;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/**
 * Kafka's metadata log, but it waits for room before it writes. Kafka gives up when a write fails, and rightly: what
 * is in the file then, nobody knows. A disk that is full or read-only for a while is no reason to end the process,
 * though: whoever reads does not need the metadata log at all. So a change of metadata waits until there is room, and
 * its client may ask again; snapshots are left out meanwhile.
 *
 * <p>Called by raft's thread alone where it waits.
 */
final class PatientLog implements RaftLog {
    private final RaftLog log;
    private final RoomCheck room;

    PatientLog(RaftLog log, RoomCheck room) {
        this.log = log;
        this.room = room;
    }

    @Override
    public LogAppendInfo appendAsLeader(Records records, int epoch) {
        room.await();
        return log.appendAsLeader(records, epoch);
    }

    @Override
    public LogAppendInfo appendAsFollower(Records records, int epoch) {
        room.await();
        return log.appendAsFollower(records, epoch);
    }

    @Override
    public void initializeLeaderEpoch(int epoch) {
        room.await();
        log.initializeLeaderEpoch(epoch);
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshot(OffsetAndEpoch snapshotId) {
        return room.obstacle().isEmpty() ? log.createNewSnapshot(snapshotId) : Optional.empty();
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshotUnchecked(OffsetAndEpoch snapshotId) {
        return room.obstacle().isEmpty() ? log.createNewSnapshotUnchecked(snapshotId) : Optional.empty();
    }

    @Override
    public LogFetchInfo read(long startOffsetInclusive, Isolation isolation, int maxTotalBatchBytes) {
        return log.read(startOffsetInclusive, isolation, maxTotalBatchBytes);
    }

    @Override
    public int lastFetchedEpoch() {
        return log.lastFetchedEpoch();
    }

    @Override
    public ValidOffsetAndEpoch validateOffsetAndEpoch(long offset, int epoch) {
        return log.validateOffsetAndEpoch(offset, epoch);
    }

    @Override
    public OffsetAndEpoch endOffsetForEpoch(int epoch) {
        return log.endOffsetForEpoch(epoch);
    }

    @Override
    public LogOffsetMetadata endOffset() {
        return log.endOffset();
    }

    @Override
    public LogOffsetMetadata highWatermark() {
        return log.highWatermark();
    }

    @Override
    public long startOffset() {
        return log.startOffset();
    }

    @Override
    public void truncateTo(long offset) {
        log.truncateTo(offset);
    }

    @Override
    public boolean truncateToLatestSnapshot() {
        return log.truncateToLatestSnapshot();
    }

    @Override
    public void updateHighWatermark(LogOffsetMetadata offsetMetadata) {
        log.updateHighWatermark(offsetMetadata);
    }

    @Override
    public boolean deleteBeforeSnapshot(OffsetAndEpoch snapshotId) {
        return log.deleteBeforeSnapshot(snapshotId);
    }

    @Override
    public void flush(boolean forceFlushActiveSegment) {
        log.flush(forceFlushActiveSegment);
    }

    @Override
    public boolean maybeClean() {
        return room.obstacle().isEmpty() && log.maybeClean();
    }

    @Override
    public TopicPartition topicPartition() {
        return log.topicPartition();
    }

    @Override
    public Uuid topicId() {
        return log.topicId();
    }

    @Override
    public long truncateToEndOffset(OffsetAndEpoch endOffset) {
        return log.truncateToEndOffset(endOffset);
    }

    @Override
    public Optional<RawSnapshotReader> readSnapshot(OffsetAndEpoch snapshotId) {
        return log.readSnapshot(snapshotId);
    }

    @Override
    public Optional<RawSnapshotReader> latestSnapshot() {
        return log.latestSnapshot();
    }

    @Override
    public Optional<OffsetAndEpoch> latestSnapshotId() {
        return log.latestSnapshotId();
    }

    @Override
    public Optional<OffsetAndEpoch> earliestSnapshotId() {
        return log.earliestSnapshotId();
    }

    @Override
    public void onSnapshotFrozen(OffsetAndEpoch snapshotId) {
        log.onSnapshotFrozen(snapshotId);
    }

    @Override
    public void close() {
        log.close();
    }
}
