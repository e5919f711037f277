package io.weir.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.controller.balance.BalanceConfig;
import io.weir.controller.balance.Balancer;
import io.weir.metadata.node.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterPartitionReassignmentsRequest;
import org.apache.kafka.common.requests.BrokerHeartbeatRequest;
import org.apache.kafka.common.requests.UnregisterBrokerRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.LeaderRecoveryState;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.metadata.Replicas;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that come, go and come back, under a real controller: who may own what, and who does, follows. */
class BalancerTest {
    private static final Set<Role> BOTH = Set.of(Role.BROKER, Role.COORDINATOR);
    private static final BalanceConfig QUICK = new BalanceConfig(
            true,
            true,
            Duration.ZERO,
            Duration.ofMillis(50),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(500),
            Duration.ofHours(1),
            2_000,
            500,
            Duration.ofMillis(20));

    @TempDir
    Path temp;

    private final Map<Integer, FakeNode> nodes = new TreeMap<>();
    private final Map<Integer, Set<Uuid>> memories = new HashMap<>();
    private TestNode cluster;
    private Balancer balancer;

    @BeforeEach
    void start() {
        cluster = new TestNode(temp.resolve("c"), ControllerConfig.defaults(), Set.of(Role.CONTROLLER));
        cluster.start();
        balancer = new Balancer(QUICK, cluster.embedded.controller(), cluster.reports, Time.SYSTEM, cluster.registry);
        TestNode.get(cluster.raft.install(List.of(balancer)));
        balancer.start();
    }

    @AfterEach
    void stop() {
        balancer.close();
        nodes.values().forEach(FakeNode::kill);
        cluster.close();
        assertThat(cluster.faults).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000})
    void leadersAreEvenAgainWheneverANodeComesOrGoes(int partitions) {
        int half = partitions / 2;
        join(11, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", half, (short) 1);
        EmbeddedControllerTest.create(cluster, "bills", half, (short) 3);
        cluster.await(image -> image.topics().getTopic("bills") != null);
        String at = partitions + " partitions: ";

        timed(at + "1 to 2 nodes", () -> join(12, BOTH), image -> isEven(image, 11, 12));
        timed(at + "2 to 3 nodes", () -> join(13, BOTH), image -> isEven(image, 11, 12, 13));
        cluster.await(image -> candidates(image).stream().allMatch(candidates -> candidates == 3));
        timed(at + "3 to 4 nodes", () -> join(14, BOTH), image -> isEven(image, 11, 12, 13, 14));
        Map<String, Integer> epochs = epochs(cluster.view.image());
        timed(at + "one leaves", () -> leave(12), image -> isEven(image, 11, 13, 14));
        cluster.await(image -> candidates(image).stream().allMatch(candidates -> candidates == 3));
        timed(at + "and returns", () -> join(12, BOTH), image -> isEven(image, 11, 12, 13, 14));
        epochs(cluster.view.image())
                .forEach((id, epoch) -> assertThat(epoch - epochs.getOrDefault(id, 0))
                        .as("nothing is passed around: " + id)
                        .isLessThanOrEqualTo(5));
    }

    @Test
    void nodeThatDiesIsReplacedByThoseThatLiveAndGetsItsPartitionsBack() {
        join(11, BOTH);
        join(12, BOTH);
        join(13, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 300, (short) 3);
        cluster.await(image -> isEven(image, 11, 12, 13));

        timed(
                "killed, after its session of 3 s",
                () -> Objects.requireNonNull(nodes.remove(12)).kill(),
                image -> isEven(image, 11, 13));
        assertThat(candidates(cluster.view.image())).as("it is expected back").allMatch(candidates -> candidates == 3);
        timed("started again", () -> join(12, BOTH), image -> isEven(image, 11, 12, 13));
        assertThat(cluster.view.image().topics().getTopic("orders").partitions().values())
                .allMatch(partition -> partition.isr.length == 3);
    }

    @Test
    void partitionsAreGivenBackInRoundsThatAreAsFarApartAsOneWants() {
        replace(QUICK.withGiveBackInterval(Duration.ofHours(1)));
        join(11, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 20, (short) 3);
        join(12, BOTH);
        cluster.await(image -> candidates(image).stream().allMatch(candidates -> candidates == 2));
        join(13, BOTH);
        cluster.await(image -> candidates(image).stream().allMatch(candidates -> candidates == 3));

        assertThat(partitions(cluster.view.image()))
                .as("the next round is an hour away")
                .allMatch(partition -> partition.leader == 11);
        replace(QUICK);
        cluster.await(image -> isEven(image, 11, 12, 13));
    }

    private void replace(BalanceConfig config) {
        balancer.close();
        balancer = new Balancer(
                config, cluster.embedded.controller(), cluster.reports, Time.SYSTEM, new PrometheusRegistry());
        TestNode.get(cluster.raft.install(List.of(named(balancer))));
        balancer.start();
    }

    @Test
    void controlledShutdownLeavesNothingBehind() {
        join(11, BOTH);
        join(12, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 100, (short) 2);
        cluster.await(image -> isEven(image, 11, 12));
        FakeNode leaving = Objects.requireNonNull(nodes.remove(11));

        leaving.close();

        assertThat(leaving.image().topics().getTopic("orders").partitions().values())
                .as("the node saw who took its partitions before it went")
                .allMatch(partition -> partition.leader == 12);
    }

    @Test
    void nodeThatIsToldToStopHandsItsPartitionsOnAFewAtATime() {
        replace(QUICK.withBatchOwners(10));
        join(11, BOTH);
        join(12, BOTH);
        join(13, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 90, (short) 3);
        cluster.await(image -> isEven(image, 11, 12, 13));
        Map<String, List<Integer>> before = orders(cluster.view.image());
        OwnerChanges changes = new OwnerChanges(11);
        TestNode.get(cluster.raft.install(List.of(changes)));

        leave(11);

        cluster.await(image -> isEven(image, 12, 13));
        assertThat(changes.left).as("partitions that left it, by image").allMatch(left -> left <= 10);
        assertThat(changes.left.stream().mapToInt(left -> left).sum()).isEqualTo(30);
        assertThat(orders(cluster.view.image()))
                .as("it is preferred again when it is back")
                .isEqualTo(before);
        join(11, BOTH);
        cluster.await(image -> isEven(image, 11, 12, 13));
    }

    @Test
    void nodesThatAreAllToldToStopDoNotWaitForEachOther() {
        join(11, BOTH);
        join(12, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 20, (short) 2);
        cluster.await(image -> isEven(image, 11, 12));

        CompletableFuture<Void> first =
                Objects.requireNonNull(nodes.get(11)).registration.leave();
        CompletableFuture<Void> second =
                Objects.requireNonNull(nodes.get(12)).registration.leave();

        TestNode.get(first);
        TestNode.get(second);
    }

    private static Map<String, List<Integer>> orders(MetadataImage image) {
        Map<String, List<Integer>> orders = new HashMap<>();
        image.topics()
                .topicsById()
                .values()
                .forEach(topic -> topic.partitions()
                        .forEach((index, partition) ->
                                orders.put(topic.name() + "-" + index, Replicas.toList(partition.replicas))));
        return orders;
    }

    /** Counts, image by image, the partitions that a node owns no longer. */
    private static final class OwnerChanges implements MetadataPublisher {
        final List<Integer> left = new CopyOnWriteArrayList<>();
        private final int node;
        private long owned = -1;

        OwnerChanges(int node) {
            this.node = node;
        }

        @Override
        public String name() {
            return "OwnerChanges";
        }

        @Override
        public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
            long now = partitions(image).stream()
                    .filter(partition -> partition.leader == node)
                    .count();
            if (now < owned) {
                left.add((int) (owned - now));
            }
            owned = now;
        }
    }

    @Test
    void internalTopicsAreSpreadOverCoordinatorsAlone() {
        join(11, Set.of(Role.COORDINATOR));
        join(12, Set.of(Role.BROKER));
        EmbeddedControllerTest.create(cluster, "__consumer_offsets", 50, (short) 1);
        EmbeddedControllerTest.create(cluster, "orders", 10, (short) 1);

        join(13, Set.of(Role.COORDINATOR));

        cluster.await(
                image -> isEven(image, Set.of("__consumer_offsets"), 11, 13) && isEven(image, Set.of("orders"), 12));
    }

    @Test
    void nodeThatIsUnregisteredForGoodIsNoCandidateAnyMore() {
        join(11, BOTH);
        join(12, BOTH);
        join(13, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 30, (short) 3);
        join(14, BOTH);
        cluster.await(image -> isEven(image, 11, 12, 13, 14));

        fence(12);
        Objects.requireNonNull(nodes.remove(12)).kill();
        cluster.ask(
                new UnregisterBrokerRequest.Builder(new UnregisterBrokerRequestData().setBrokerId(12)),
                UnregisterBrokerResponseData.class);

        cluster.await(image -> isEven(image, 11, 13, 14)
                && partitions(image).stream()
                        .allMatch(partition -> Arrays.stream(partition.replicas).noneMatch(id -> id == 12)
                                && partition.replicas.length == 3));
    }

    @Test
    void partitionsWhoseCandidatesAreAllAwayAreAdopted() {
        join(11, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 20, (short) 3);
        cluster.await(image -> isEven(image, 11));
        balancer.close();
        join(12, BOTH);
        fence(11);
        Objects.requireNonNull(nodes.remove(11)).kill();
        cluster.await(image -> partitions(image).stream().noneMatch(PartitionRegistration::hasLeader));

        balancer = new Balancer(
                QUICK, cluster.embedded.controller(), cluster.reports, Time.SYSTEM, new PrometheusRegistry());
        TestNode.get(cluster.raft.install(List.of(named(balancer))));
        balancer.start();

        cluster.await(image -> isEven(image, 12)
                && partitions(image).stream()
                        .allMatch(partition -> partition.leaderRecoveryState == LeaderRecoveryState.RECOVERED));
        join(11, BOTH);
        cluster.await(image -> isEven(image, 11, 12));
    }

    @Test
    void userMovesAPartitionToANodeOutsideAndIsNotDisturbed() {
        join(11, BOTH);
        join(12, BOTH);
        join(13, BOTH);
        EmbeddedControllerTest.create(cluster, "orders", 4, (short) 3);
        join(14, BOTH);
        cluster.await(image -> isEven(image, 11, 12, 13, 14));
        PartitionRegistration before = partition("orders", 0);
        int outside = List.of(11, 12, 13, 14).stream()
                .filter(id -> Arrays.stream(before.replicas).noneMatch(replica -> replica == id))
                .findFirst()
                .orElseThrow();
        FakeNode owner = Objects.requireNonNull(nodes.get(before.leader));
        owner.idle = true;

        reassign("orders", 0, List.of(outside));
        cluster.await(image -> partition(image, "orders", 0).addingReplicas.length == 1);
        EmbeddedControllerTest.create(cluster, "more", 40, (short) 3);
        cluster.await(
                image -> image.topics().getTopic("more") != null && isEven(image, Set.of("more"), 11, 12, 13, 14));
        assertThat(partition("orders", 0).addingReplicas).containsExactly(outside);

        owner.idle = false;
        // Any image makes it look.
        join(15, Set.of(Role.PROXY));
        cluster.await(image -> {
            PartitionRegistration now = partition(image, "orders", 0);
            return now.addingReplicas.length == 0
                    && now.removingReplicas.length == 0
                    && now.leaderEpoch > before.leaderEpoch;
        });
    }

    private void join(int id, Set<Role> roles) {
        Set<Uuid> memory = memories.computeIfAbsent(id, key -> FakeNode.memory());
        nodes.put(id, new FakeNode(cluster, id, Optional.empty(), roles, memory).start());
    }

    private void leave(int id) {
        Objects.requireNonNull(nodes.remove(id)).close();
    }

    /** As if its session had run out. */
    private void fence(int id) {
        BrokerHeartbeatResponseData response = cluster.ask(
                new BrokerHeartbeatRequest.Builder(new BrokerHeartbeatRequestData()
                        .setBrokerId(id)
                        .setBrokerEpoch(Objects.requireNonNull(nodes.get(id))
                                .registration
                                .brokerEpoch())
                        .setCurrentMetadataOffset(nodes.get(id).image().offset())
                        .setWantFence(true)),
                BrokerHeartbeatResponseData.class);
        assertThat(response.isFenced()).isTrue();
    }

    private void reassign(String topic, int partition, List<Integer> replicas) {
        AlterPartitionReassignmentsRequestData request = new AlterPartitionReassignmentsRequestData();
        request.topics()
                .add(new ReassignableTopic()
                        .setName(topic)
                        .setPartitions(List.of(new ReassignablePartition()
                                .setPartitionIndex(partition)
                                .setReplicas(replicas))));
        AlterPartitionReassignmentsResponseData answer = cluster.ask(
                new AlterPartitionReassignmentsRequest.Builder(request), AlterPartitionReassignmentsResponseData.class);
        assertThat(answer.responses().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(Errors.NONE.code());
    }

    private void timed(String what, Runnable change, Predicate<MetadataImage> wanted) {
        long began = Time.SYSTEM.nanoseconds();
        change.run();
        cluster.await(wanted);
        System.out.println(what + ": even after " + (Time.SYSTEM.nanoseconds() - began) / 1_000_000 + " ms");
    }

    private PartitionRegistration partition(String topic, int index) {
        return partition(cluster.view.image(), topic, index);
    }

    private static PartitionRegistration partition(MetadataImage image, String topic, int index) {
        return Optional.ofNullable(image.topics().getTopic(topic))
                .map(known -> known.partitions().get(index))
                .orElseThrow();
    }

    private static List<PartitionRegistration> partitions(MetadataImage image) {
        return image.topics().topicsById().values().stream()
                .flatMap(topic -> topic.partitions().values().stream())
                .toList();
    }

    private static List<Integer> candidates(MetadataImage image) {
        return partitions(image).stream()
                .map(partition -> partition.replicas.length)
                .toList();
    }

    private static Map<String, Integer> epochs(MetadataImage image) {
        Map<String, Integer> epochs = new HashMap<>();
        image.topics()
                .topicsById()
                .values()
                .forEach(topic -> topic.partitions()
                        .forEach((index, partition) -> epochs.put(topic.name() + "-" + index, partition.leaderEpoch)));
        return epochs;
    }

    private static boolean isEven(MetadataImage image, Integer... owners) {
        return isEven(image, image.topics().topicsByName().keySet(), owners);
    }

    /** All partitions of the topics are owned by these nodes, in equal parts, with every live candidate in sync. */
    private static boolean isEven(MetadataImage image, Collection<String> topics, Integer... owners) {
        Map<Integer, Integer> counts = new HashMap<>();
        Arrays.stream(owners).forEach(id -> counts.put(id, 0));
        List<PartitionRegistration> all = new ArrayList<>();
        topics.forEach(name -> Optional.ofNullable(image.topics().getTopic(name))
                .ifPresent(topic -> all.addAll(topic.partitions().values())));
        for (PartitionRegistration partition : all) {
            if (!counts.containsKey(partition.leader) || !isWhole(image, partition)) {
                return false;
            }
            counts.merge(partition.leader, 1, Integer::sum);
        }
        return !all.isEmpty() && Collections.max(counts.values()) - Collections.min(counts.values()) <= 1;
    }

    private static boolean isWhole(MetadataImage image, PartitionRegistration partition) {
        return partition.addingReplicas.length == 0
                && partition.removingReplicas.length == 0
                && Arrays.stream(partition.replicas)
                        .filter(id -> Optional.ofNullable(image.cluster().broker(id))
                                .filter(node -> !node.fenced())
                                .isPresent())
                        .allMatch(id -> Arrays.stream(partition.isr).anyMatch(member -> member == id));
    }

    /** The loader wants every name once. */
    private static MetadataPublisher named(Balancer balancer) {
        return new MetadataPublisher() {
            @Override
            public String name() {
                return "AnotherBalancer-" + System.identityHashCode(balancer);
            }

            @Override
            public void onMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
                balancer.onMetadataUpdate(delta, image, manifest);
            }
        };
    }
}
