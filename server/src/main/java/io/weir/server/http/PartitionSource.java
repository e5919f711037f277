package io.weir.server.http;

import java.util.List;
import java.util.Optional;

/** The partitions that this node owns, in whatever state. Any thread; must not block. */
@FunctionalInterface
public interface PartitionSource {
    /** Those of one topic, or all; in any order. */
    List<PartitionView> partitions(Optional<String> topic);
}
