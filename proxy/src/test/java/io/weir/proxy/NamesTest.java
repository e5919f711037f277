package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.kafka.Call;
import io.weir.proxy.support.FakeView;
import io.weir.proxy.support.TestCluster;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proxies 1, 4 and 5 in rack a, 2 in rack b; brokers 11 to 13 that no client can reach. Node 1 answers. */
class NamesTest {
    private static final int PARTITIONS = 600;

    private final TestCluster cluster = new TestCluster();
    private Uuid topic = Uuid.ZERO_UUID;

    @BeforeEach
    void proxiesAndBrokers() {
        cluster.view.registerBroker(4, "four", 9092, "rack-a", false);
        cluster.view.registerBroker(5, "five", 9092, "rack-a", false);
        for (int broker = 11; broker <= 13; broker++) {
            cluster.view.register(
                    broker,
                    "rack-b",
                    false,
                    List.of(FakeView.listener("INTERNAL", "inside" + broker, 19092)));
        }
        int[] leaders = new int[PARTITIONS];
        for (int partition = 0; partition < PARTITIONS; partition++) {
            leaders[partition] = 11 + partition % 3;
        }
        topic = cluster.view.createTopic("t", leaders);
    }

    private MetadataResponseData ask() {
        MetadataRequestData request = new MetadataRequestData();
        request.topics().add(new MetadataRequestTopic().setName("t"));
        return cluster.ask(MetadataResponseData.class, ApiKeys.METADATA, request);
    }

    private Map<Integer, Integer> leaders() {
        Map<Integer, Integer> leaders = new HashMap<>();
        for (MetadataResponsePartition partition : ask().topics().find("t").partitions()) {
            assertThat(partition.errorCode()).isZero();
            leaders.put(partition.partitionIndex(), partition.leaderId());
        }
        return leaders;
    }

    @Test
    void clientsAreToldOfProxiesOnlyAndEvenly() {
        MetadataResponseData answer = ask();
        assertThat(answer.brokers()).extracting(b -> b.nodeId()).containsExactlyInAnyOrder(1, 2, 4, 5);
        MetadataResponsePartition first =
                answer.topics().find("t").partitions().stream().filter(p -> p.partitionIndex() == 0).findFirst().orElseThrow();
        assertThat(first.replicaNodes()).as("who may own it").containsExactly(11);
        assertThat(first.isrNodes()).containsExactly(11);
        assertThat(first.offlineReplicas()).isEmpty();
        assertThat(first.leaderEpoch()).isEqualTo(5);

        Map<Integer, Integer> shares = new HashMap<>();
        leaders().values().forEach(leader -> shares.merge(leader, 1, Integer::sum));
        assertThat(shares.keySet()).as("of this node's rack").containsExactlyInAnyOrder(1, 4, 5);
        assertThat(shares.values()).allMatch(share -> share > PARTITIONS / 4 && share < PARTITIONS / 2);
    }

    @Test
    void whoGoesLeavesOnlyItsOwnShareToOthers() {
        Map<Integer, Integer> before = leaders();
        cluster.view.registerBroker(4, "four", 9092, "rack-a", true);
        Map<Integer, Integer> after = leaders();
        before.forEach((partition, leader) -> {
            if (leader == 4) {
                assertThat(after.get(partition)).isIn(1, 5);
            } else {
                assertThat(after.get(partition)).isEqualTo(leader);
            }
        });
        cluster.view.registerBroker(4, "four", 9092, "rack-a", false);
        assertThat(leaders()).isEqualTo(before);
    }

    @Test
    void anOwnerThatIsAProxyTooIsNamedItself() {
        cluster.view.move(topic, 0, 2, 6);
        assertThat(leaders()).containsEntry(0, 2);
    }

    @Test
    void withoutAProxyInTheRackAnyWillDo() {
        for (int node : new int[] {1, 4, 5}) {
            cluster.view.registerBroker(node, "n" + node, 9092, "rack-a", node != 1);
        }
        cluster.view.register(1, "rack-c", true, List.of(FakeView.listener("PLAINTEXT", "one", 9092)));
        assertThat(new HashSet<>(leaders().values())).containsExactly(2);
    }

    @Test
    void toolsSeeTheNodesThatAssignmentsName() {
        DescribeClusterResponseData described = cluster.ask(
                DescribeClusterResponseData.class, ApiKeys.DESCRIBE_CLUSTER, new DescribeClusterRequestData());
        assertThat(described.brokers())
                .extracting(b -> b.brokerId())
                .containsExactlyInAnyOrder(1, 2, 4, 5, 11, 12, 13);
        assertThat(described.brokers().find(11).host()).isIn("10.1.2.3", "four", "five");
        assertThat(described.brokers().find(11).rack()).isEqualTo("rack-b");

        DescribeTopicPartitionsRequestData request = new DescribeTopicPartitionsRequestData();
        request.topics().add(new DescribeTopicPartitionsRequestData.TopicRequest().setName("t"));
        var partition = cluster.ask(
                        DescribeTopicPartitionsResponseData.class, ApiKeys.DESCRIBE_TOPIC_PARTITIONS, request)
                .topics()
                .find("t")
                .partitions()
                .getFirst();
        assertThat(partition.leaderId()).as("the owner").isEqualTo(11);
        assertThat(partition.replicaNodes()).containsExactly(11);
        assertThat(partition.offlineReplicas()).isEmpty();
    }

    @Test
    void onlyKafkasAdminClientIsToldOfNodesBehindProxies() {
        assertThat(nodes("apache-kafka-java")).contains(11, 12, 13);
        assertThat(nodes("librdkafka")).containsExactlyInAnyOrder(1, 2, 4, 5);
    }

    private Set<Integer> nodes(String software) {
        MetadataRequestData noTopics = new MetadataRequestData();
        Call call = cluster.call(ApiKeys.METADATA, 12, noTopics);
        RequestContext from = call.context();
        RequestContext context = new RequestContext(
                from.header,
                from.connectionId,
                from.clientAddress,
                from.principal,
                from.listenerName,
                from.securityProtocol,
                new ClientInformation(software, "1"),
                false);
        MetadataResponseData answer = (MetadataResponseData) TestCluster.now(
                cluster.proxy.call(new Call(context, call.request(), call.localAddress(), call.frame())));
        Set<Integer> nodes = new HashSet<>();
        answer.brokers().forEach(broker -> nodes.add(broker.nodeId()));
        return nodes;
    }

    @Test
    void aGroupsCoordinatorIsTheProxyBeforeIt() {
        cluster.view.createTopic("__consumer_offsets", 12);
        FindCoordinatorResponseData answer = cluster.ask(
                FindCoordinatorResponseData.class,
                ApiKeys.FIND_COORDINATOR,
                new FindCoordinatorRequestData().setCoordinatorKeys(List.of("a", "b", "c", "d", "e")));
        assertThat(answer.coordinators())
                .allMatch(coordinator -> Set.of(1, 4, 5).contains(coordinator.nodeId()))
                .allMatch(coordinator -> coordinator.errorCode() == Errors.NONE.code());
        cluster.view.register(12, "rack-b", true, List.of(FakeView.listener("INTERNAL", "inside12", 19092)));
        assertThat(cluster.ask(
                                FindCoordinatorResponseData.class,
                                ApiKeys.FIND_COORDINATOR,
                                new FindCoordinatorRequestData().setCoordinatorKeys(List.of("a")))
                        .coordinators()
                        .getFirst()
                        .errorCode())
                .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
    }
}
