package io.weir.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.metadata.node.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.metadata.placement.ClusterDescriber;
import org.apache.kafka.metadata.placement.PartitionAssignment;
import org.apache.kafka.metadata.placement.PlacementSpec;
import org.apache.kafka.metadata.placement.UsableBroker;
import org.junit.jupiter.api.Test;

class RoleReplicaPlacerTest {
    private final Map<Integer, Set<Role>> roles = new HashMap<>();
    private final RoleReplicaPlacer placer =
            new RoleReplicaPlacer(id -> Optional.ofNullable(roles.get(id)), new Random(7));

    @Test
    void candidatesAreThreeLiveNodesOfTheRoleWhateverWasAskedFor() {
        Cluster cluster = new Cluster(node(1, Role.BROKER), node(2, Role.BROKER), node(3, Role.BROKER));
        cluster.add(node(4, Role.BROKER)).add(node(5, Role.PROXY)).add(node(6, Role.COORDINATOR));
        cluster.add(new UsableBroker(7, Optional.empty(), true));
        roles.put(7, Set.of(Role.BROKER));
        for (short asked : new short[] {1, 2, 3, 100}) {
            for (PartitionAssignment assignment : place(cluster, 40, asked)) {
                assertThat(assignment.replicas())
                        .hasSize(3)
                        .doesNotHaveDuplicates()
                        .isSubsetOf(1, 2, 3, 4);
            }
        }
        assertThat(place(cluster, 3, Placement.COORDINATOR.code()))
                .allMatch(assignment -> assignment.replicas().equals(List.of(6)));
    }

    @Test
    void preferredOwnersTakeTurnsAndOthersStandInOtherRacks() {
        Cluster cluster = new Cluster();
        for (int id = 1; id <= 6; id++) {
            roles.put(id, Set.of(Role.BROKER));
            cluster.add(new UsableBroker(id, Optional.of("rack" + (id - 1) / 2), false));
        }
        Map<Integer, Integer> preferred = new HashMap<>();
        for (PartitionAssignment assignment : place(cluster, 60, (short) 3)) {
            preferred.merge(assignment.replicas().getFirst(), 1, Integer::sum);
            Set<Integer> racks = new HashSet<>();
            assignment.replicas().forEach(id -> racks.add((id - 1) / 2));
            assertThat(racks).hasSize(3);
        }
        assertThat(preferred.values()).hasSize(6).allMatch(count -> count == 10);
    }

    @Test
    void noLiveNodeOfTheRoleIsAnErrorThatSaysSo() {
        Cluster cluster = new Cluster(node(1, Role.PROXY));
        assertThatThrownBy(() -> place(cluster, 1, (short) 1))
                .isInstanceOf(InvalidReplicationFactorException.class)
                .hasMessageContaining("BROKER");
    }

    @Test
    void nodeThatIsNotInAnImageYetServesWhenThereIsNoOther() {
        Cluster cluster = new Cluster(new UsableBroker(9, Optional.empty(), false));
        assertThat(place(cluster, 1, (short) 1).getFirst().replicas()).containsExactly(9);
    }

    private UsableBroker node(int id, Role role) {
        roles.put(id, Set.of(role));
        return new UsableBroker(id, Optional.empty(), false);
    }

    private List<PartitionAssignment> place(Cluster cluster, int partitions, short asked) {
        return placer.place(new PlacementSpec(0, partitions, asked), cluster).assignments();
    }

    private static final class Cluster implements ClusterDescriber {
        private final List<UsableBroker> nodes;

        Cluster(UsableBroker... nodes) {
            this.nodes = new java.util.ArrayList<>(List.of(nodes));
        }

        Cluster add(UsableBroker node) {
            nodes.add(node);
            return this;
        }

        @Override
        public Iterator<UsableBroker> usableBrokers() {
            return nodes.iterator();
        }

        @Override
        public Uuid defaultDir(int brokerId) {
            return new Uuid(1, 1000 + brokerId);
        }
    }
}
