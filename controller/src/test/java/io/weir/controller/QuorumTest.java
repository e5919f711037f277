package io.weir.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.metadata.node.NodeRegistration;
import io.weir.metadata.node.NodeState;
import io.weir.metadata.raft.MetadataDirectory;
import io.weir.metadata.raft.MetadataFaults;
import io.weir.metadata.raft.RaftConfig;
import io.weir.metadata.raft.RaftNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.DescribeQuorumRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three controllers and those who follow them, over the loopback. */
class QuorumTest {
    private static final int NODE = 11;

    @TempDir
    Path temp;

    @Test
    void threeEmptyDirectoriesBecomeOneClusterThatOutlivesItsControllers() {
        try (TestQuorum quorum = new TestQuorum(temp, 3).startAll()) {
            TestObserver node = quorum.observe(NODE);
            node.register();
            create(node, "first");

            // No error while the next one is found, and nothing is lost.
            long began = System.nanoTime();
            int dead = quorum.killActive();
            create(node, "second");
            System.out.println("killed controller to next write: " + (System.nanoTime() - began) / 1_000_000 + " ms");
            node.await(image -> has(image, "first") && has(image, "second"));

            // The dead one comes back and follows.
            TestController back = quorum.start(dead);
            long end = node.raft.client().highWatermark().orElseThrow();
            TestQuorum.await(
                    "the old controller has caught up",
                    () -> back.raft.client().highWatermark().orElse(-1) >= end);
            assertThat(back.directory.clusterId()).isEqualTo("cluster");

            // Stopped in an orderly way, the next one takes over just so.
            int stopped = quorum.active().nodeId();
            began = System.nanoTime();
            quorum.stop(stopped);
            create(node, "third");
            System.out.println("stopped controller to next write: " + (System.nanoTime() - began) / 1_000_000 + " ms");
            node.await(image -> has(image, "third"));
            quorum.controllers()
                    .forEach(controller -> assertThat(controller.faults).isEmpty());
            assertThat(node.faults).isEmpty();
            // Shorter than the time after which a follower gives its leader up, so that nothing need be written for it.
            assertThat(quorum.active().fetchWaits).isNotEmpty().allMatch(waitMs -> waitMs <= 100);
        }
    }

    @Test
    void wholeQuorumComesBackFromItsDirectories() {
        try (TestQuorum quorum = new TestQuorum(temp, 3).startAll()) {
            TestObserver node = quorum.observe(NODE);
            node.register();
            create(node, "kept");
        }
        // At other ports: who votes, and where, is only in the settings.
        try (TestQuorum quorum = new TestQuorum(temp, 3).startAll()) {
            TestObserver node = quorum.observe(NODE);
            node.await(image -> has(image, "kept"));
            node.register();
            create(node, "more");
        }
    }

    @Test
    void nodeStaysUnfencedThroughChangesOfControllers() {
        try (TestQuorum quorum = new TestQuorum(temp, 3)
                .withSessionTimeout(Duration.ofSeconds(3))
                .startAll()) {
            TestObserver node = quorum.observe(NODE);
            NodeRegistration registration = node.register();
            long epoch = registration.brokerEpoch();
            Queue<String> fencings = new ConcurrentLinkedQueue<>();
            node.view.follow((delta, image) -> {
                BrokerRegistration self = image.cluster().broker(NODE);
                if (self == null || self.fenced()) {
                    fencings.add("at offset " + image.offset());
                }
                return CompletableFuture.completedFuture(null);
            });
            for (int round = 0; round < 2; round++) {
                int dead = quorum.killActive();
                create(node, "round-" + round);
                // The session that the new controller began is over by now, but for the heartbeats.
                double sent = node.heartbeats();
                TestQuorum.await("more than a session of heartbeats", () -> node.heartbeats() > sent + 16);
                quorum.start(dead);
            }
            assertThat(registration.state()).isEqualTo(NodeState.ACTIVE);
            assertThat(registration.brokerEpoch()).isEqualTo(epoch);
            assertThat(fencings).isEmpty();
        }
    }

    @Test
    void newNodeCatchesUpFromASnapshot() throws Exception {
        try (TestQuorum quorum = quorumOfSnapshots()) {
            TestObserver node = quorum.observe(NODE);
            node.register();
            for (int i = 0; i < 40; i++) {
                create(node, "topic-" + i);
            }
            for (TestController controller : quorum.controllers()) {
                TestQuorum.await(
                        "a snapshot of each controller",
                        () -> controller.raft.client().latestSnapshotId().isPresent());
            }
        }
        // As it is after weeks: the log begins at a snapshot.
        for (int id : List.of(1, 2, 3)) {
            deleteLog(temp.resolve("node-" + id));
        }
        try (TestQuorum quorum = quorumOfSnapshots()) {
            TestObserver late = quorum.observe(NODE + 1);
            late.await(image -> has(image, "topic-0"));
            assertThat(late.raft.client().latestSnapshotId()).isPresent();
            late.register();
            create(late, "later");
            late.await(image -> has(image, "later"));
            assertThat(late.faults).isEmpty();
        }
    }

    private TestQuorum quorumOfSnapshots() {
        return new TestQuorum(temp, 3)
                .with(raft -> raft.withSnapshots(4_000, Duration.ofHours(1)))
                .startAll();
    }

    private static void deleteLog(Path directory) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory.resolve("__cluster_metadata-0"), "*.{log,index,timeindex}")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    @Test
    void quorumIsDescribedToWhoeverAsks() {
        try (TestQuorum quorum = new TestQuorum(temp, 3).startAll()) {
            TestObserver node = quorum.observe(NODE);
            DescribeQuorumResponseData answer = node.ask(
                    new DescribeQuorumRequest.Builder(
                            DescribeQuorumRequest.singletonRequest(Topic.CLUSTER_METADATA_TOPIC_PARTITION)),
                    DescribeQuorumResponseData.class);
            var log = answer.topics().getFirst().partitions().getFirst();
            assertThat(log.errorCode()).isEqualTo(Errors.NONE.code());
            assertThat(log.leaderId()).isEqualTo(quorum.active().nodeId());
            assertThat(log.currentVoters()).hasSize(3);
        }
    }

    @Test
    void directoryOfAnotherClusterIsRefused() {
        try (TestQuorum quorum = new TestQuorum(temp, 1).startAll()) {
            quorum.active();
        }
        TestQuorum quorum = new TestQuorum(temp, 1);
        assertFault(
                () -> MetadataDirectory.open(temp.resolve("node-1"), 1, Optional.of("other"), quorum.raftConfig()),
                FaultKind.INVALID,
                "cluster.id");
    }

    @Test
    void emptyDirectoryOfAQuorumNeedsToBeToldItsCluster() {
        TestQuorum quorum = new TestQuorum(temp, 3);
        assertFault(
                () -> MetadataDirectory.open(temp.resolve("x"), 1, Optional.empty(), quorum.raftConfig()),
                FaultKind.INVALID,
                "set cluster.id");
    }

    @Test
    void nodeOnItsOwnAndQuorumDoNotMix() {
        TestNode.started(temp.resolve("alone")).close();
        RaftConfig quorum = new TestQuorum(temp, 3).raftConfig();
        assertRefused(temp.resolve("alone"), TestNode.NODE_ID, quorum, "controller.quorum.voters");
        MetadataDirectory.open(temp.resolve("voter"), 1, Optional.of("cluster"), quorum)
                .close();
        assertRefused(temp.resolve("voter"), 1, RaftConfig.defaults(), "controller.quorum.voters");
    }

    @Test
    void nodeOfAnotherClusterEndsWithAWordToSaySo() {
        try (TestQuorum quorum = new TestQuorum(temp, 3).startAll()) {
            quorum.active();
            try (TestObserver stranger =
                    new TestObserver(temp.resolve("stranger"), NODE, Optional.of("elsewhere"), quorum.raftConfig())) {
                TestQuorum.await("the stranger is told", () -> !stranger.faults.isEmpty());
                assertThat(stranger.faults.peek()).hasMessageContaining("another cluster than elsewhere");
            }
            quorum.controllers()
                    .forEach(controller -> assertThat(controller.faults).isEmpty());
        }
    }

    @Test
    void damagedLogOfAVoterIsRefusedAndThatOfAFollowerFetchedAgain() throws Exception {
        try (TestQuorum quorum = new TestQuorum(temp, 3).startAll()) {
            TestObserver node = quorum.observe(NODE);
            node.register();
            create(node, "kept");
            node.await(image -> has(image, "kept"));
        }
        flipAByte(temp.resolve("node-1"));
        flipAByte(temp.resolve("node-" + NODE));
        try (TestQuorum quorum = new TestQuorum(temp, 3)) {
            assertFault(() -> quorum.start(1), FaultKind.CORRUPT, "00000000000000000000.log");
            quorum.start(2);
            quorum.start(3);
            TestObserver node = quorum.observe(NODE);
            node.await(image -> has(image, "kept"));
            assertThat(node.faults).isEmpty();
        }
    }

    private static void flipAByte(Path directory) throws Exception {
        Path log = directory.resolve("__cluster_metadata-0/00000000000000000000.log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 1;
        Files.write(log, bytes);
    }

    private static void assertRefused(Path path, int nodeId, RaftConfig config, String message) {
        try (MetadataDirectory directory = MetadataDirectory.open(path, nodeId, Optional.empty(), config)) {
            assertFault(
                    () -> new RaftNode(config, directory, Time.SYSTEM, new MetadataFaults("raft", fault -> {})),
                    FaultKind.INVALID,
                    message);
        }
    }

    private static void assertFault(Runnable call, FaultKind kind, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        WeirException.class, fault -> assertThat(fault.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    static void create(TestObserver node, String name) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(20_000);
        request.topics()
                .add(new CreateTopicsRequestData.CreatableTopic()
                        .setName(name)
                        .setNumPartitions(1)
                        .setReplicationFactor((short) 1));
        CreateTopicsResponseData answer =
                node.ask(new CreateTopicsRequest.Builder(request), CreateTopicsResponseData.class);
        short code = answer.topics().find(name).errorCode();
        // Written by a controller that died before it could say so.
        assertThat(code).isIn(Errors.NONE.code(), Errors.TOPIC_ALREADY_EXISTS.code());
    }

    private static boolean has(MetadataImage image, String topic) {
        return image.topics().getTopic(topic) != null;
    }
}
