package io.weir.log.partition;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.log.PartitionStatus.State;
import io.weir.log.segment.PartitionKey;
import io.weir.log.segment.SegmentCache;
import io.weir.log.segment.SegmentId;
import io.weir.log.segment.SegmentSummary;
import io.weir.storage.FileStatus;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes segments of earlier owners that came, or were begun, after this node had taken their partition over: a writer
 * that was frozen or cut off does not know yet that it is late. The flusher's thread; blocks on the store.
 *
 * <p>The node that sweeps may be late itself, and another may own the partition by now. So nothing goes but what every
 * owner finds dispensable, however much or little of the store it has seen: what cannot be finished any more, what is
 * below the log start, and what does not belong to the chain of {@link SegmentedLog#of}, to which no further segment
 * ever adds one that was not needed without it.
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    /** From so many partitions on one listing of everything is less work than one of each. */
    private static final int LIST_ALL = 200;

    private final Store store;
    private final SegmentCache cache;
    private final Time time;

    Sweeper(Store store, SegmentCache cache, Time time) {
        this.store = store;
        this.cache = cache;
        this.time = time;
    }

    void sweep(Collection<PartitionLog> logs) {
        Map<PartitionKey, PartitionLog> owned = new HashMap<>();
        for (PartitionLog log : logs) {
            if (log.status().state() == State.WRITABLE && log.leaderEpoch() > 0) {
                owned.put(PartitionKey.of(log.id()), log);
            }
        }
        try {
            Map<PartitionKey, List<FileStatus>> files = list(owned);
            files.forEach((key, found) -> {
                PartitionLog log = owned.get(key);
                if (log != null) {
                    sweep(log, found);
                }
            });
        } catch (WeirException e) {
            LOG.warn("sweeping=postponed reason={}", e.getMessage());
        }
    }

    private Map<PartitionKey, List<FileStatus>> list(Map<PartitionKey, PartitionLog> owned) {
        if (owned.size() > LIST_ALL) {
            return store.list(SegmentId.DIRECTORY).stream()
                    .filter(file -> SegmentId.partitionOf(file.path())
                            .filter(owned::containsKey)
                            .isPresent())
                    .collect(Collectors.groupingBy(
                            file -> SegmentId.partitionOf(file.path()).orElseThrow()));
        }
        Map<PartitionKey, List<FileStatus>> files = new HashMap<>();
        owned.keySet().forEach(key -> files.put(key, store.list(SegmentId.prefix(key.topicId(), key.partition()))));
        return files;
    }

    private void sweep(PartitionLog log, List<FileStatus> files) {
        ColdLog before = log.segments();
        List<SegmentSummary> chain = SegmentedLog.summaries(before);
        Set<String> known =
                chain.stream().map(segment -> segment.location().path()).collect(Collectors.toSet());
        List<SegmentSummary> late = new ArrayList<>();
        for (FileStatus file : files) {
            SegmentId id = SegmentId.parse(file.path()).orElse(null);
            if (id == null
                    || known.contains(file.path())
                    || id.leaderEpoch() >= log.leaderEpoch()
                    || file.modifiedMs() > time.milliseconds() - Housekeeper.GRACE.toMillis()) {
                continue;
            }
            Optional<SegmentSummary> segment = read(id, file.lengthBytes());
            if (segment.isEmpty()) {
                remove(file.path(), "never finished");
            } else if (segment.get().nextOffset() <= log.logStartOffset()) {
                remove(file.path(), "below the log start");
            } else if (segment.get().nextOffset() <= before.nextOffset()) {
                late.add(segment.get());
            }
            // else it reaches into what is in memory here: another round will see it covered
        }
        if (late.isEmpty()) {
            return;
        }
        late.addAll(chain);
        ColdLog after = SegmentedLog.of(cache, late);
        List<SegmentSummary> needed = SegmentedLog.summaries(after);
        if (!needed.equals(chain)) {
            log.segments(after); // the same records: a late one is longer than one of ours
        }
        for (SegmentSummary segment : late) {
            if (!segment.location().inPack() && !needed.contains(segment)) {
                remove(segment.location().path(), "covered by others");
            }
        }
    }

    /** None when it has no end and, its writer shut out, will never have one. */
    private Optional<SegmentSummary> read(SegmentId id, long lengthBytes) {
        try {
            return Optional.of(FinishedFiles.segment(store, cache, id, lengthBytes));
        } catch (WeirException e) {
            if (e.kind() != FaultKind.CORRUPT) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void remove(String path, String why) {
        cache.invalidate(path);
        store.delete(path);
        LOG.info("late_segment=removed path={} reason=\"{}\"", path, why);
    }
}
