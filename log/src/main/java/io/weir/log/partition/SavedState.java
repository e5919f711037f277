package io.weir.log.partition;

import io.weir.log.segment.ProducerSnapshotEntry;
import java.util.List;
import org.apache.kafka.storage.internals.log.EpochEntry;

/** What the last segment's footer remembers beside its records. */
record SavedState(List<EpochEntry> epochs, List<ProducerSnapshotEntry> producers) {}
