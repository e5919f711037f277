package io.weir.log.partition;

import java.util.List;

/** What the last segment's footer remembers beside its records. */
record SavedState(List<LeaderEpochs.Start> epochs, List<ProducerStates.Snapshot> producers) {}
