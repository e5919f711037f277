package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.support.FakeView;
import io.weir.proxy.support.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.metadata.UnregisterBrokerRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class AdminRequestsTest {
    private static final byte TOPIC = 2;

    private final TestCluster cluster = new TestCluster();

    private static CreateTopicsRequestData create(String name) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(1000);
        request.topics()
                .add(new CreatableTopic().setName(name).setNumPartitions(2).setReplicationFactor((short) 1));
        return request;
    }

    @Test
    void aTopicThatWasMadeIsSeenBeforeTheAnswer() {
        List<Runnable> visible = new ArrayList<>();
        cluster.controllerCreatesTopics(visible::add);
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.CREATE_TOPICS, 7, create("t"));
        assertThat(answer).isNotDone();
        visible.forEach(Runnable::run);
        assertThat(TestCluster.now(answer)).isInstanceOf(CreateTopicsResponseData.class);
        assertThat(cluster.view.waiting()).isZero();
    }

    @Test
    void theAnswerDoesNotWaitForEverNorForNothing() {
        cluster.controllerCreatesTopics(never -> {});
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.CREATE_TOPICS, 7, create("t"));
        cluster.view.expire();
        assertThat(((CreateTopicsResponseData) TestCluster.now(answer))
                        .topics()
                        .find("t")
                        .errorCode())
                .as("it was made")
                .isZero();

        assertThat(cluster.send(ApiKeys.CREATE_TOPICS, 7, create("t").setValidateOnly(true)))
                .isDone();
        cluster.controller.on(ApiKeys.CREATE_TOPICS, call -> {
            CreateTopicsResponseData response = new CreateTopicsResponseData();
            response.topics()
                    .add(new CreatableTopicResult().setName("t").setErrorCode(Errors.TOPIC_ALREADY_EXISTS.code()));
            return response;
        });
        assertThat(cluster.send(ApiKeys.CREATE_TOPICS, 7, create("t"))).isDone();
    }

    @Test
    void aTopicThatWasDeletedIsGoneBeforeTheAnswer() {
        Uuid id = cluster.view.createTopic("t", 1);
        cluster.controller.on(ApiKeys.DELETE_TOPICS, call -> {
            DeleteTopicsResponseData response = new DeleteTopicsResponseData();
            response.responses().add(new DeletableTopicResult().setName("t"));
            return response;
        });
        DeleteTopicsRequestData request = new DeleteTopicsRequestData()
                .setTimeoutMs(1000)
                .setTopics(List.of(new DeleteTopicState().setName("t")));
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.DELETE_TOPICS, 6, request);
        assertThat(answer).isNotDone();
        cluster.view.deleteTopic(id);
        assertThat(answer).isDone();
        assertThat(cluster.send(ApiKeys.DELETE_TOPICS, 6, request)).isDone();
    }

    @Test
    void aNodeThatWasUnregisteredIsGoneBeforeTheAnswer() {
        cluster.controller.on(ApiKeys.UNREGISTER_BROKER, call -> new UnregisterBrokerResponseData());
        CompletableFuture<? extends ApiMessage> answer =
                cluster.send(ApiKeys.UNREGISTER_BROKER, 0, new UnregisterBrokerRequestData().setBrokerId(2));
        assertThat(answer).isNotDone();
        cluster.view.replay(new UnregisterBrokerRecord().setBrokerId(2).setBrokerEpoch(102));
        assertThat(answer).isDone();

        assertThat(cluster.send(ApiKeys.UNREGISTER_BROKER, 0, new UnregisterBrokerRequestData().setBrokerId(2)))
                .as("there is nothing to wait for")
                .isDone();
    }

    @Test
    void partitionsThatWereAddedAreSeenBeforeTheAnswer() {
        Uuid id = cluster.view.createTopic("t", 1);
        cluster.controller.on(
                ApiKeys.CREATE_PARTITIONS,
                call -> new CreatePartitionsResponseData()
                        .setResults(List.of(new CreatePartitionsTopicResult().setName("t"))));
        CreatePartitionsRequestData request = new CreatePartitionsRequestData().setTimeoutMs(1000);
        request.topics()
                .add(new CreatePartitionsTopic().setName("t").setCount(2).setAssignments(null));
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.CREATE_PARTITIONS, 3, request);
        assertThat(answer).isNotDone();
        cluster.view.replay(FakeView.partition(id, 1, 2));
        assertThat(answer).isDone();
    }

    @Test
    void settingsThatWereAlteredAreSeenBeforeTheAnswer() {
        cluster.view.createTopic("t", 1);
        cluster.view.setTopicConfig("t", "segment.bytes", "7");
        cluster.controller.on(
                ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                call -> new IncrementalAlterConfigsResponseData()
                        .setResponses(List.of(new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse()
                                .setResourceType(TOPIC)
                                .setResourceName("t"))));
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        var resource = new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(TOPIC)
                .setResourceName("t");
        alter(resource, "retention.ms", OpType.SET, "5");
        alter(resource, "segment.bytes", OpType.DELETE, null);
        alter(resource, "cleanup.policy", OpType.APPEND, "compact");
        alter(resource, "other", OpType.SUBTRACT, "x");
        AlterConfigsResourceCollection resources = new AlterConfigsResourceCollection();
        resources.add(resource);
        CompletableFuture<? extends ApiMessage> answer =
                cluster.send(ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1, request.setResources(resources));
        cluster.view.setTopicConfig("t", "retention.ms", "5");
        cluster.view.setTopicConfig("t", "segment.bytes", null);
        assertThat(answer).isNotDone();
        cluster.view.setTopicConfig("t", "cleanup.policy", "delete,compact");
        assertThat(answer).isDone();
    }

    private static void alter(
            IncrementalAlterConfigsRequestData.AlterConfigsResource resource,
            String name,
            OpType operation,
            @org.jspecify.annotations.Nullable String value) {
        resource.configs()
                .add(new AlterableConfig()
                        .setName(name)
                        .setConfigOperation(operation.id())
                        .setValue(value));
    }

    @Test
    void settingsThatWereReplacedAreSeenBeforeTheAnswer() {
        cluster.view.createTopic("t", 1);
        cluster.view.setTopicConfig("t", "segment.bytes", "7");
        cluster.controller.on(
                ApiKeys.ALTER_CONFIGS,
                call -> new AlterConfigsResponseData()
                        .setResponses(List.of(new AlterConfigsResourceResponse()
                                .setResourceType(TOPIC)
                                .setResourceName("t"))));
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        AlterConfigsResource resource =
                new AlterConfigsResource().setResourceType(TOPIC).setResourceName("t");
        resource.configs()
                .add(new AlterConfigsRequestData.AlterableConfig()
                        .setName("retention.ms")
                        .setValue("5"));
        request.resources().add(resource);
        CompletableFuture<? extends ApiMessage> answer = cluster.send(ApiKeys.ALTER_CONFIGS, 2, request);
        cluster.view.setTopicConfig("t", "retention.ms", "5");
        assertThat(answer).as("the old setting is still there").isNotDone();
        cluster.view.setTopicConfig("t", "segment.bytes", null);
        assertThat(answer).isDone();
    }

    @Test
    void theRestGoesToTheControllerAndSettingsAreDescribedHere() {
        cluster.controller.on(
                ApiKeys.LIST_PARTITION_REASSIGNMENTS, call -> new ListPartitionReassignmentsResponseData());
        assertThat(cluster.ask(
                        ListPartitionReassignmentsResponseData.class,
                        ApiKeys.LIST_PARTITION_REASSIGNMENTS,
                        new ListPartitionReassignmentsRequestData().setTopics(null)))
                .isNotNull();
        DescribeConfigsRequestData configs = new DescribeConfigsRequestData()
                .setResources(List.of(new DescribeConfigsResource()
                        .setResourceType(TOPIC)
                        .setResourceName("t")
                        .setConfigurationKeys(null)));
        cluster.view.createTopic("t", 1);
        cluster.view.setTopicConfig("t", "retention.ms", "77");
        assertThat(cluster.ask(DescribeConfigsResponseData.class, ApiKeys.DESCRIBE_CONFIGS, configs)
                        .results()
                        .getFirst()
                        .configs())
                .anyMatch(config -> config.name().equals("retention.ms") && "77".equals(config.value()));
        assertThat(cluster.ask(
                                ListConfigResourcesResponseData.class,
                                ApiKeys.LIST_CONFIG_RESOURCES,
                                new ListConfigResourcesRequestData().setResourceTypes(List.of(TOPIC)))
                        .configResources())
                .extracting(resource -> resource.resourceName())
                .containsExactly("t");
    }
}
