package io.weir.server.wiring;

import io.weir.coordinator.CoordinatorService;
import io.weir.coordinator.GroupCoordinatorRole;
import io.weir.coordinator.LocalEndOffsets;
import io.weir.kafka.Service;
import io.weir.log.partition.NodeLog;
import java.util.Optional;
import org.apache.kafka.server.util.PartitionMetadataClient;

/** Role: the coordinator, over the partitions of groups that this node owns. */
final class CoordinatorRoom implements AutoCloseable {
    private final GroupCoordinatorRole groups;
    private final CoordinatorService service;

    /** @param links to those that own the partitions which groups read; absent when they are all here */
    CoordinatorRoom(Site site, Knowledge known, NodeLog log, Optional<Links> links) {
        LocalEndOffsets here = new LocalEndOffsets(log);
        PartitionMetadataClient ends =
                links.isPresent() ? new ClusterEndOffsets(site.nodeId(), known.view(), here, links.get()::node) : here;
        this.groups = new GroupCoordinatorRole(
                site.nodeId(), site.configs().coordinator(), log, ends, site.registry(), site.time());
        this.service = new CoordinatorService(groups.groups(), known.view());
    }

    Service service() {
        return service;
    }

    /** Elects and resigns by the images that it is given, after the logs were asked to open. */
    GroupCoordinatorRole groups() {
        return groups;
    }

    @Override
    public void close() {
        groups.close();
    }
}
