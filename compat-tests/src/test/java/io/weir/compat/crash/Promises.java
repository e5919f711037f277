package io.weir.compat.crash;

import io.weir.compat.support.Cluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** What clients had been told at one moment, to be held against a server that came back after it. */
final class Promises {
    private final Map<TopicPartition, Long> acknowledgedEnds = new HashMap<>();
    private final Map<String, Map<TopicPartition, Long>> commits = new HashMap<>();

    private Promises() {}

    /** Notes what has been promised so far. */
    static Promises of(Workload workload) {
        Promises promises = new Promises();
        workload.histories().forEach((p, history) -> promises.acknowledgedEnds.put(p, history.acknowledgedEnd()));
        workload.commits().forEach((group, committed) -> promises.commits.put(group, new HashMap<>(committed)));
        return promises;
    }

    /**
     * Returns what does not hold: ends below what was acknowledged, commits that were forgotten, commits beyond the end.
     * Clients may be at work: commits are read before the ends, and both only grow.
     */
    List<String> broken(Admin admin) {
        List<String> broken = new ArrayList<>();
        Map<String, Map<TopicPartition, Long>> found = new HashMap<>();
        commits.keySet().forEach(group -> found.put(group, committed(admin, group)));
        Map<TopicPartition, Long> ends = ends(admin);

        acknowledgedEnds.forEach((partition, end) -> {
            if (ends.getOrDefault(partition, 0L) < end) {
                broken.add(partition + " ends at " + ends.get(partition) + ", acknowledged up to " + end);
            }
        });
        found.forEach((group, offsets) -> offsets.forEach((partition, offset) -> {
            if (offset > ends.getOrDefault(partition, 0L)) {
                broken.add(
                        group + " committed " + offset + " of " + partition + ", which ends at " + ends.get(partition));
            }
        }));
        commits.forEach((group, offsets) -> offsets.forEach((partition, offset) -> {
            long now = found.getOrDefault(group, Map.of()).getOrDefault(partition, 0L);
            if (now < offset) {
                broken.add(group + " had committed " + offset + " of " + partition + ", now " + now);
            }
        }));
        return broken;
    }

    private static Map<TopicPartition, Long> committed(Admin admin, String group) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Cluster.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> offsets.put(partition, offset == null ? 0 : offset.offset()));
        return offsets;
    }

    private Map<TopicPartition, Long> ends(Admin admin) {
        Map<TopicPartition, OffsetSpec> latest =
                acknowledgedEnds.keySet().stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        Cluster.get(admin.listOffsets(latest).all()).forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }
}
