package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.support.TestCluster;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.junit.jupiter.api.Test;

class MetadataTest {
    private final TestCluster cluster = new TestCluster();

    private static MetadataRequestData named(String... names) {
        MetadataRequestData request = new MetadataRequestData();
        for (String name : names) {
            request.topics().add(new MetadataRequestTopic().setName(name));
        }
        return request;
    }

    private MetadataResponseData ask(MetadataRequestData request) {
        return cluster.ask(MetadataResponseData.class, ApiKeys.METADATA, request);
    }

    @Test
    void describesTopicsByNameAndById() {
        Uuid orders = cluster.view.createTopic("orders", 1, 2);
        cluster.view.createTopic("other", 1);
        MetadataRequestData request = named("orders");
        request.topics().add(new MetadataRequestTopic().setName(null).setTopicId(new Uuid(3, 3)));

        MetadataResponseData answer = ask(request);

        assertThat(answer.clusterId()).isEqualTo("the-cluster");
        assertThat(answer.topics()).hasSize(2);
        MetadataResponseTopic topic = answer.topics().find("orders");
        assertThat(topic.topicId()).isEqualTo(orders);
        assertThat(topic.partitions()).extracting(p -> p.leaderId()).containsExactly(1, 2);
        assertThat(topic.partitions()).extracting(p -> p.leaderEpoch()).containsExactly(5, 5);
        assertThat(answer.topics().find((String) null).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
        assertThat(cluster.controller.calls()).isEmpty();

        MetadataRequestData byId = new MetadataRequestData();
        byId.topics().add(new MetadataRequestTopic().setName(null).setTopicId(orders));
        assertThat(ask(byId).topics().find("orders").partitions()).hasSize(2);
    }

    @Test
    void allTopicsAreMeantByNullAndInVersionZeroByNothing() {
        cluster.view.createTopic("a", 1);
        cluster.view.createTopic("__consumer_offsets", 1);

        MetadataResponseData all = ask(new MetadataRequestData().setTopics(null));
        assertThat(all.topics()).extracting(t -> t.name()).containsExactlyInAnyOrder("a", "__consumer_offsets");
        assertThat(all.topics().find("__consumer_offsets").isInternal()).isTrue();
        assertThat(all.topics().find("a").isInternal()).isFalse();
        assertThat(ask(named()).topics()).isEmpty();
        MetadataResponseData zero = cluster.ask(MetadataResponseData.class, ApiKeys.METADATA, 0, named());
        assertThat(zero.topics()).hasSize(2);
    }

    @Test
    void theFirstAnswerHasATopicThatItMade() {
        List<Runnable> visible = new ArrayList<>();
        cluster.controllerCreatesTopics(visible::add);

        CompletableFuture<? extends ApiMessage> first = cluster.send(ApiKeys.METADATA, 12, named("new"));
        CompletableFuture<? extends ApiMessage> second = cluster.send(ApiKeys.METADATA, 12, named("new"));
        assertThat(first).isNotDone();
        visible.forEach(Runnable::run);

        for (CompletableFuture<? extends ApiMessage> answer : List.of(first, second)) {
            MetadataResponseTopic topic =
                    ((MetadataResponseData) TestCluster.now(answer)).topics().find("new");
            assertThat(topic.errorCode()).isEqualTo(Errors.NONE.code());
            assertThat(topic.partitions()).hasSize(1);
        }
        assertThat(cluster.controller.calls()).as("two askers, one creation").hasSize(1);
        CreateTopicsRequest created =
                (CreateTopicsRequest) cluster.controller.lastCall().request();
        assertThat(created.data().topics().find("new").numPartitions()).isEqualTo(-1);
        assertThat(cluster.controller.lastCall().context().principal.getName()).isEqualTo("alice");
        assertThat(cluster.counter("weir_proxy_auto_created_topics")).isEqualTo(1);
    }

    @Test
    void aRequestMakesAHundredTopicsAtMostAndTheOthersAreAskedForAgain() {
        cluster.controllerCreatesTopics(Runnable::run);
        String[] names = new String[250];
        for (int i = 0; i < names.length; i++) {
            names[i] = "new-" + i;
        }

        MetadataResponseData answer = ask(named(names));

        assertThat(cluster.counter("weir_proxy_auto_created_topics")).isEqualTo(100);
        assertThat(answer.topics()).hasSize(250);
        assertThat(answer.topics())
                .filteredOn(topic -> topic.errorCode() == Errors.LEADER_NOT_AVAILABLE.code())
                .hasSize(150);
        ask(named(names));
        assertThat(ask(named(names)).topics()).allMatch(topic -> topic.errorCode() == Errors.NONE.code());
    }

    @Test
    void aTopicThatIsNotSeenInTimeIsAskedForAgain() {
        cluster.controllerCreatesTopics(never -> {});

        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.METADATA, 12, named("slow"));
        cluster.view.expire();

        assertThat(((MetadataResponseData) TestCluster.now(answer))
                        .topics()
                        .find("slow")
                        .errorCode())
                .isEqualTo(Errors.LEADER_NOT_AVAILABLE.code());
        // And then it is asked for afresh.
        cluster.controllerCreatesTopics(Runnable::run);
        assertThat(ask(named("slow")).topics().find("slow").errorCode()).isEqualTo(Errors.NONE.code());
    }

    @Test
    void theControllersRefusalReachesTheClient() {
        cluster.controller.on(ApiKeys.CREATE_TOPICS, call -> {
            CreateTopicsResponseData response = new CreateTopicsResponseData();
            response.topics()
                    .add(new CreatableTopicResult().setName("no").setErrorCode(Errors.POLICY_VIOLATION.code()));
            response.topics()
                    .add(new CreatableTopicResult().setName("wait").setErrorCode(Errors.NOT_CONTROLLER.code()));
            return response;
        });

        MetadataResponseData answer = ask(named("no", "wait"));

        assertThat(answer.topics().find("no").errorCode()).isEqualTo(Errors.POLICY_VIOLATION.code());
        assertThat(answer.topics().find("wait").errorCode()).isEqualTo(Errors.LEADER_NOT_AVAILABLE.code());
        cluster.controller.onAsync(
                ApiKeys.CREATE_TOPICS, call -> CompletableFuture.failedFuture(Errors.REQUEST_TIMED_OUT.exception()));
        assertThat(ask(named("wait")).topics().find("wait").errorCode()).isEqualTo(Errors.LEADER_NOT_AVAILABLE.code());
    }

    @Test
    void nothingIsMadeThatMayNotBe() {
        MetadataResponseData answer = ask(named("missing", "bad/name").setAllowAutoTopicCreation(false));
        assertThat(answer.topics().find("missing").errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(answer.topics().find("bad/name").errorCode()).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());

        answer = ask(named("bad/name", "__transaction_state"));
        assertThat(answer.topics().find("bad/name").errorCode()).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
        assertThat(answer.topics().find("__transaction_state").errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());

        ProxyConfig off = ProxyConfig.defaults();
        TestCluster strict = new TestCluster(new ProxyConfig(
                false,
                off.offsetsTopic(),
                true,
                off.maxPartitionsDescribed(),
                off.fetch(),
                off.visibilityWait(),
                off.producerIdWait()));
        assertThat(strict.ask(MetadataResponseData.class, ApiKeys.METADATA, named("missing"))
                        .topics()
                        .find("missing")
                        .errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(cluster.controller.calls()).isEmpty();
        assertThat(strict.controller.calls()).isEmpty();
    }

    @Test
    void topicsGoByNameBeforeVersion12() {
        MetadataRequestData byId = new MetadataRequestData();
        byId.topics().add(new MetadataRequestTopic().setName("x").setTopicId(new Uuid(1, 1)));
        assertThat(TestCluster.errorOf(cluster.send(ApiKeys.METADATA, 10, byId)))
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void thisNodeIsTheAddressThatTheClientReached() {
        MetadataResponseData answer = ask(named());
        assertThat(answer.brokers().find(1).host()).isEqualTo("10.1.2.3");
        assertThat(answer.brokers().find(1).port()).isEqualTo(19092);
        assertThat(answer.brokers().find(1).rack()).isEqualTo("rack-a");
        assertThat(answer.brokers().find(2).host()).isEqualTo("two.internal");
        assertThat(answer.brokers().find(2).port()).isEqualTo(9093);
        assertThat(answer.controllerId())
                .as("this node passes admin requests on")
                .isEqualTo(1);

        cluster.reachedBy(new InetSocketAddress("fe80::1%1", 9092));
        assertThat(ask(named()).brokers().find(1).host()).isEqualTo("fe80:0:0:0:0:0:0:1");
    }

    @Test
    void addressesThatAreSetAreTold() {
        ProxyConfig config = ProxyConfig.defaults();
        TestCluster set = new TestCluster(new ProxyConfig(
                true,
                config.offsetsTopic(),
                false,
                config.maxPartitionsDescribed(),
                config.fetch(),
                config.visibilityWait(),
                config.producerIdWait()));
        MetadataResponseData answer = set.ask(MetadataResponseData.class, ApiKeys.METADATA, named());
        assertThat(answer.brokers().find(1).host()).isEqualTo("one.internal");
        assertThat(answer.brokers().find(1).port()).isEqualTo(9092);
    }

    @Test
    void everythingIsAllowedWhileNobodyForbids() {
        cluster.view.createTopic("t", 1);
        MetadataResponseData answer = cluster.ask(
                MetadataResponseData.class,
                ApiKeys.METADATA,
                10,
                named("t").setIncludeTopicAuthorizedOperations(true).setIncludeClusterAuthorizedOperations(true));
        // Bits of READ 3, WRITE 4, CREATE 5, DELETE 6, ALTER 7, DESCRIBE 8, DESCRIBE_CONFIGS 10, ALTER_CONFIGS 11.
        assertThat(answer.topics().find("t").topicAuthorizedOperations()).isEqualTo(0b1101_1111_1000);
        assertThat(answer.clusterAuthorizedOperations()).isPositive();
    }

    @Test
    void theClusterIsDescribed() {
        cluster.view.registerBroker(3, "three.internal", 9094, null, true);
        DescribeClusterResponseData answer = cluster.ask(
                DescribeClusterResponseData.class, ApiKeys.DESCRIBE_CLUSTER, new DescribeClusterRequestData());
        assertThat(answer.clusterId()).isEqualTo("the-cluster");
        assertThat(answer.brokers()).extracting(b -> b.brokerId()).containsExactlyInAnyOrder(1, 2);
        assertThat(answer.brokers().find(1).host()).isEqualTo("10.1.2.3");

        answer = cluster.ask(
                DescribeClusterResponseData.class,
                ApiKeys.DESCRIBE_CLUSTER,
                new DescribeClusterRequestData().setIncludeFencedBrokers(true));
        assertThat(answer.brokers().find(3).isFenced()).isTrue();
        assertThat(answer.brokers().find(2).isFenced()).isFalse();

        answer = cluster.ask(
                DescribeClusterResponseData.class,
                ApiKeys.DESCRIBE_CLUSTER,
                new DescribeClusterRequestData().setEndpointType((byte) 2));
        assertThat(answer.errorCode()).isEqualTo(Errors.MISMATCHED_ENDPOINT_TYPE.code());
        answer = cluster.ask(
                DescribeClusterResponseData.class,
                ApiKeys.DESCRIBE_CLUSTER,
                new DescribeClusterRequestData().setEndpointType((byte) 9));
        assertThat(answer.errorCode()).isEqualTo(Errors.UNSUPPORTED_ENDPOINT_TYPE.code());
    }
}
