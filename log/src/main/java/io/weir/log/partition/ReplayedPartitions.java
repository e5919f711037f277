package io.weir.log.partition;

import io.netty.util.ReferenceCounted;
import io.weir.log.commitlog.CommitLogFile;
import io.weir.log.commitlog.CommitLogReader;
import io.weir.log.segment.PartitionKey;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sorts what commit logs say by partition. One thread. */
final class ReplayedPartitions implements CommitLogReader.Visitor {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayedPartitions.class);

    private final Function<PartitionKey, @Nullable Replayed> into;
    private final Map<PartitionKey, Extent> seen = new HashMap<>();
    private long life = -1;
    private long completePacks;

    /**
     * What a commit log holds of one partition.
     *
     * @param from first offset of its batches
     * @param to behind the last; {@link Long#MAX_VALUE} when some of it is damaged
     * @param logStart the latest that it notes; 0 when it notes none
     */
    record Extent(long from, long to, long logStart) {
        private Extent and(Extent other) {
            return new Extent(Math.min(from, other.from), Math.max(to, other.to), Math.max(logStart, other.logStart));
        }
    }

    /** @param into where a partition's entries go; null when nobody wants them */
    ReplayedPartitions(Function<PartitionKey, @Nullable Replayed> into) {
        this.into = into;
    }

    /** Every partition that had an entry, wanted or not. */
    Map<PartitionKey, Extent> seen() {
        return seen;
    }

    /** Of the life that noted packs last: those below this are known to be complete. */
    long completePacks() {
        return completePacks;
    }

    /** The broker epoch of that life, or -1. */
    long lifeWithPacks() {
        return life;
    }

    @Override
    public void batch(
            Uuid topicId,
            int partition,
            int leaderEpoch,
            long baseOffset,
            int offsetCount,
            ByteBuffer payload,
            ReferenceCounted owner,
            CommitLogFile file) {
        Replayed replayed = of(topicId, partition, new Extent(baseOffset, baseOffset + offsetCount, 0));
        if (replayed != null) {
            replayed.batch(leaderEpoch, baseOffset, offsetCount, payload, owner, file);
        }
    }

    @Override
    public void logStart(Uuid topicId, int partition, long offset, CommitLogFile file) {
        Replayed replayed = of(topicId, partition, new Extent(Long.MAX_VALUE, 0, offset));
        if (replayed != null) {
            replayed.logStart(offset, file);
        }
    }

    @Override
    public void packs(long brokerEpoch, long sequence) {
        completePacks = brokerEpoch == life ? Math.max(completePacks, sequence) : sequence;
        life = brokerEpoch;
    }

    @Override
    public void damaged(Uuid topicId, int partition, long baseOffset, String what) {
        LOG.error(
                "commit_log=damaged topic_id={} partition={} offset={} what=\"{}\"",
                topicId,
                partition,
                baseOffset,
                what);
        Replayed replayed = of(topicId, partition, new Extent(baseOffset, Long.MAX_VALUE, 0));
        if (replayed != null) {
            replayed.damaged(what);
        }
    }

    private @Nullable Replayed of(Uuid topicId, int partition, Extent extent) {
        PartitionKey key = new PartitionKey(topicId, partition);
        seen.merge(key, extent, Extent::and);
        return into.apply(key);
    }
}
