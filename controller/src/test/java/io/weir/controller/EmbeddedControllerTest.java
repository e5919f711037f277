package io.weir.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.metadata.node.NodeState;
import io.weir.metadata.node.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.requests.AllocateProducerIdsRequest;
import org.apache.kafka.common.requests.AlterClientQuotasRequest;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.DescribeQuorumRequest;
import org.apache.kafka.common.requests.UnregisterBrokerRequest;
import org.apache.kafka.common.requests.UpdateFeaturesRequest;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.LeaderRecoveryState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedControllerTest {
    @TempDir
    Path temp;

    @Test
    void emptyDirectoryBecomesAClusterThatHasTopics() {
        long began = nanos();
        try (TestNode node = TestNode.started(temp.resolve("a"))) {
            System.out.println("start to active, empty directory: " + (nanos() - began) / 1_000_000 + " ms");
            assertThat(node.registration.state()).isEqualTo(NodeState.ACTIVE);
            create(node, "orders", 3, (short) 7);
            TopicImage topic = node.await(image -> image.topics().getTopic("orders") != null)
                    .topics()
                    .getTopic("orders");
            assertThat(topic.partitions()).hasSize(3);
            assertThat(topic.partitions().values()).allMatch(partition -> partition.leader == TestNode.NODE_ID);
            assertThat(node.faults).isEmpty();
        }
    }

    @Test
    void cleanRestartIsFastAndRaisesTheEpochs() {
        Path path = temp.resolve("a");
        long before;
        int leaderEpoch;
        String cluster;
        try (TestNode node = TestNode.started(path)) {
            cluster = node.directory.clusterId();
            create(node, "orders", 2, (short) 1);
            node.await(image -> image.topics().getTopic("orders") != null);
            leaderEpoch = assertLed(node, -1);
            before = node.epoch;
        }
        for (int round = 0; round < 3; round++) {
            long began = nanos();
            try (TestNode node = TestNode.started(path)) {
                System.out.println("clean restart: " + (nanos() - began) / 1_000_000 + " ms");
                assertThat(node.directory.clusterId()).isEqualTo(cluster);
                assertThat(node.epoch).isGreaterThan(before);
                before = node.epoch;
                leaderEpoch = assertLed(node, leaderEpoch);
            }
        }
    }

    @Test
    void killedNodeReturnsWithoutWaitingForItsSession() {
        Path path = temp.resolve("0");
        TestNode node = TestNode.started(path);
        create(node, "orders", 2, (short) 1);
        node.await(image -> image.topics().getTopic("orders") != null);
        int leaderEpoch = -1;
        for (int round = 1; round <= 3; round++) {
            long epoch = node.epoch;
            Path copy = node.copyTo(temp.resolve(Integer.toString(round)));
            node.kill();
            long began = nanos();
            node = TestNode.started(copy);
            long tookMs = (nanos() - began) / 1_000_000;
            System.out.println("restart after a kill: " + tookMs + " ms");
            assertThat(tookMs).as("less than the session of the one before").isLessThan(2_500);
            assertThat(node.epoch).isGreaterThan(epoch);
            leaderEpoch = assertLed(node, leaderEpoch);
            assertThat(node.faults).isEmpty();
        }
        node.close();
    }

    @Test
    void nodeThatWasUnregisteredComesBackUnderAHigherEpoch() {
        try (TestNode node = TestNode.started(temp.resolve("a"))) {
            create(node, "orders", 2, (short) 1);
            node.await(image -> image.topics().getTopic("orders") != null);
            long before = node.epoch;
            node.ask(
                    new UnregisterBrokerRequest.Builder(
                            new UnregisterBrokerRequestData().setBrokerId(TestNode.NODE_ID)),
                    UnregisterBrokerResponseData.class);
            node.await(image -> {
                BrokerRegistration self = image.cluster().broker(TestNode.NODE_ID);
                return self != null && self.epoch() > before && !self.fenced();
            });
            assertThat(node.registration.brokerEpoch()).isGreaterThan(before);
            assertLed(node, 0);
        }
    }

    @Test
    void tornEndOfTheLogIsCutAndDamageIsRefused() throws Exception {
        Path torn;
        Path flipped;
        try (TestNode node = TestNode.started(temp.resolve("a"))) {
            create(node, "orders", 2, (short) 1);
            node.await(image -> image.topics().getTopic("orders") != null);
            torn = node.copyTo(temp.resolve("torn"));
            flipped = node.copyTo(temp.resolve("flipped"));
        }
        Path log = torn.resolve("__cluster_metadata-0/00000000000000000000.log");
        byte[] bytes = Files.readAllBytes(log);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 40);
        System.arraycopy(bytes, 0, longer, bytes.length, 40);
        // The next batch's beginning, with its own offset, as a crash in mid-write leaves it.
        Files.write(log, longer);
        try (TestNode node = TestNode.started(torn)) {
            assertLed(node, -1);
            assertThat(node.faults).isEmpty();
        }
        Path damaged = flipped.resolve("__cluster_metadata-0/00000000000000000000.log");
        byte[] wrong = Files.readAllBytes(damaged);
        wrong[wrong.length / 2] ^= 1;
        Files.write(damaged, wrong);
        assertThatThrownBy(() -> new TestNode(flipped, ControllerConfig.defaults()))
                .isInstanceOfSatisfying(
                        WeirException.class, fault -> assertThat(fault.kind()).isEqualTo(FaultKind.CORRUPT))
                .hasMessageContaining("00000000000000000000.log");
    }

    @Test
    void otherRequestsOfNodesAndToolsAreAnswered() {
        try (TestNode node = TestNode.started(temp.resolve("a"))) {
            AllocateProducerIdsResponseData ids = node.ask(
                    new AllocateProducerIdsRequest.Builder(new AllocateProducerIdsRequestData()
                            .setBrokerId(TestNode.NODE_ID)
                            .setBrokerEpoch(node.epoch)),
                    AllocateProducerIdsResponseData.class);
            assertThat(ids.producerIdLen()).isEqualTo(1000);
            DescribeQuorumResponseData quorum = node.ask(
                    new DescribeQuorumRequest.Builder(
                            DescribeQuorumRequest.singletonRequest(Topic.CLUSTER_METADATA_TOPIC_PARTITION)),
                    DescribeQuorumResponseData.class);
            assertThat(quorum.topics().getFirst().partitions().getFirst().leaderId())
                    .isEqualTo(TestNode.NODE_ID);
            UpdateFeaturesRequestData features = new UpdateFeaturesRequestData().setTimeoutMs(10_000);
            features.featureUpdates()
                    .add(new UpdateFeaturesRequestData.FeatureUpdateKey()
                            .setFeature("eligible.leader.replicas.version")
                            .setMaxVersionLevel((short) 1)
                            .setUpgradeType((byte) 1));
            UpdateFeaturesResponseData refused =
                    node.ask(new UpdateFeaturesRequest.Builder(features), UpdateFeaturesResponseData.class);
            assertThat(refused.errorCode()).isEqualTo(Errors.INVALID_UPDATE_VERSION.code());
            ClientQuotaEntity entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "loud"));
            AlterClientQuotasResponseData quotas = node.ask(
                    new AlterClientQuotasRequest.Builder(
                            List.of(new ClientQuotaAlteration(
                                    entity, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1000.0)))),
                            false),
                    AlterClientQuotasResponseData.class);
            assertThat(quotas.entries().getFirst().errorCode()).isEqualTo(Errors.NONE.code());
            node.await(image -> image.clientQuotas().entities().containsKey(entity));
            assertThat(node.service.apis())
                    .isEqualTo(java.util.stream.Stream.concat(
                                    ControllerService.CLIENT_APIS.stream(), ControllerService.NODE_APIS.stream())
                            .collect(java.util.stream.Collectors.toSet()));
        }
    }

    @Test
    void roleAndNotTheFactorDecidesWhoOwnsATopic() {
        try (TestNode node = new TestNode(temp.resolve("a"), ControllerConfig.defaults(), Set.of(Role.BROKER))) {
            node.start();
            assertThat(Errors.forCode(create(node, "orders", 1, Short.MAX_VALUE).errorCode()))
                    .isEqualTo(Errors.NONE);
            CreateTopicsResponseData.CreatableTopicResult refused = create(node, "__consumer_offsets", 1, (short) 1);
            assertThat(Errors.forCode(refused.errorCode())).isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
            assertThat(refused.errorMessage()).contains("COORDINATOR");
        }
    }

    @Test
    void thousandPartitionsInOneCall() {
        try (TestNode node = TestNode.started(temp.resolve("a"))) {
            long began = nanos();
            create(node, "wide", 1000, (short) -1);
            long answered = nanos();
            node.await(image -> image.topics().getTopic("wide") != null);
            System.out.println("1,000 partitions: answered after " + (answered - began) / 1_000_000 + " ms, seen after "
                    + (nanos() - began) / 1_000_000 + " ms");
            CreateTopicsResponseData.CreatableTopicResult refused = create(node, "wider", 10_001, (short) 1);
            assertThat(Errors.forCode(refused.errorCode())).isNotEqualTo(Errors.NONE);
            assertThat(refused.errorMessage()).contains("Excessively large number of partitions");
            long one = nanos();
            for (int i = 0; i < 20; i++) {
                create(node, "small-" + i, 1, (short) 1);
            }
            System.out.println("one topic after the other: " + (nanos() - one) / 20_000 + " us each");
        }
    }

    private static int assertLed(TestNode node, int previousLeaderEpoch) {
        TopicImage topic = node.view.image().topics().getTopic("orders");
        assertThat(topic).isNotNull();
        topic.partitions().values().forEach(partition -> {
            assertThat(partition.leader).isEqualTo(TestNode.NODE_ID);
            assertThat(partition.leaderEpoch).isGreaterThan(previousLeaderEpoch);
            assertThat(partition.leaderRecoveryState).isEqualTo(LeaderRecoveryState.RECOVERED);
            assertThat(Arrays.stream(partition.isr)).containsExactly(TestNode.NODE_ID);
        });
        return topic.partitions().values().iterator().next().leaderEpoch;
    }

    static CreateTopicsResponseData.CreatableTopicResult create(
            TestNode node, String name, int partitions, short replicationFactor) {
        CreateTopicsRequestData data = new CreateTopicsRequestData().setTimeoutMs(10_000);
        data.topics()
                .add(new CreateTopicsRequestData.CreatableTopic()
                        .setName(name)
                        .setNumPartitions(partitions)
                        .setReplicationFactor(replicationFactor));
        CreateTopicsRequest.Builder request = new CreateTopicsRequest.Builder(data);
        try {
            return node.send(request, CreateTopicsResponseData.class)
                    .exceptionally(
                            failure -> request.build().getErrorResponse(0, failure) instanceof CreateTopicsResponse r
                                    ? r.data()
                                    : new CreateTopicsResponseData())
                    .get(20, java.util.concurrent.TimeUnit.SECONDS)
                    .topics()
                    .find(name);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static long nanos() {
        return org.apache.kafka.common.utils.Time.SYSTEM.nanoseconds();
    }
}
