package io.weir.metadata.raft;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.raft.FileQuorumStateStore;
import org.apache.kafka.raft.QuorumStateStore;
import org.apache.kafka.server.common.KRaftVersion;

/** Kafka's store of the last election, with a checksum. On raft's thread. */
final class CheckedQuorumState implements QuorumStateStore {
    private final QuorumStateStore file;
    private final FileChecksums checksums;

    CheckedQuorumState(QuorumStateStore file, FileChecksums checksums) {
        this.file = file;
        this.checksums = checksums;
    }

    @Override
    public Optional<ElectionState> readElectionState() {
        return file.readElectionState();
    }

    @Override
    public void writeElectionState(ElectionState latest, KRaftVersion kraftVersion) {
        checksums.forget(FileQuorumStateStore.DEFAULT_FILE_NAME);
        file.writeElectionState(latest, kraftVersion);
        checksums.record(FileQuorumStateStore.DEFAULT_FILE_NAME);
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public void clear() {
        checksums.forget(FileQuorumStateStore.DEFAULT_FILE_NAME);
        file.clear();
    }
}
