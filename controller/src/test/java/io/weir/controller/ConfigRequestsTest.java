package io.weir.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.metadata.ConfigDescriber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigRequestsTest {
    @SuppressWarnings("NullAway.Init")
    private TestNode node;

    @SuppressWarnings("NullAway.Init")
    private ConfigDescriber describer;

    @BeforeAll
    void start(@TempDir Path temp) {
        Map<String, Object> settings = Map.of("log.retention.hours", "24", "log.segment.bytes", "2097152");
        node = TestNode.started(
                temp.resolve("node"),
                ControllerConfig.defaults().withNodeSettings(LogConfig.SERVER_CONFIG_DEF, settings));
        describer = new ConfigDescriber(node.settings, node.topicConfigs);
        EmbeddedControllerTest.create(node, "plain", 1, (short) 1);
        EmbeddedControllerTest.create(node, "tuned", 1, (short) 1);
        node.await(image -> image.topics().getTopic("tuned") != null);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void topicSettingsAreSetAppendedAndDeleted() {
        assertOk(alter(ConfigResource.Type.TOPIC, "tuned", op("cleanup.policy", OpType.SET, "delete")));
        assertOk(alter(ConfigResource.Type.TOPIC, "tuned", op("cleanup.policy", OpType.APPEND, "compact")));
        node.await(image -> node.view.topicConfig("tuned").compact);
        assertThat(node.view.topicConfig("tuned").delete).isTrue();
        assertOk(alter(ConfigResource.Type.TOPIC, "tuned", op("weir.ack", OpType.SET, "buffer")));
        node.await(image -> node.view.weirTopicConfig("tuned").bufferedAck());
        assertOk(alter(ConfigResource.Type.TOPIC, "tuned", op("cleanup.policy", OpType.DELETE, null)));
        node.await(image -> !node.view.topicConfig("tuned").compact);
        assertThat(node.view.weirTopicConfig("tuned").bufferedAck()).isTrue();
        assertThat(node.view.weirTopicConfig("plain").bufferedAck()).isFalse();
    }

    @Test
    void legacyAlterReplacesAll() {
        EmbeddedControllerTest.create(node, "legacy", 1, (short) 1);
        assertOk(alter(ConfigResource.Type.TOPIC, "legacy", op("retention.bytes", OpType.SET, "5")));
        AlterConfigsResponseData response = node.ask(
                new AlterConfigsRequest.Builder(
                        Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, "legacy"),
                                new AlterConfigsRequest.Config(
                                        List.of(new AlterConfigsRequest.ConfigEntry("retention.ms", "7")))),
                        false),
                AlterConfigsResponseData.class);
        assertThat(response.responses().getFirst().errorCode()).isEqualTo(Errors.NONE.code());
        node.await(image -> node.view.topicConfig("legacy").retentionMs == 7);
        assertThat(node.view.topicConfig("legacy").retentionSize).isEqualTo(-1);
    }

    @Test
    void clusterDefaultsReachTopicsWithoutSettingsOfTheirOwn() {
        assertThat(node.view.topicConfig("plain").retentionMs).isEqualTo(24 * 3_600_000L);
        assertThat(node.view.topicConfig("plain").segmentSize()).isEqualTo(2_097_152);
        assertOk(alter(ConfigResource.Type.BROKER, "", op("log.retention.ms", OpType.SET, "60000")));
        node.await(image -> node.view.topicConfig("plain").retentionMs == 60_000);
        DescribeConfigsResourceResult described = entry(ConfigResource.Type.TOPIC, "plain", "retention.ms");
        assertThat(described.value()).isEqualTo("60000");
        assertThat(described.configSource()).isEqualTo(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG.id());
        assertOk(alter(ConfigResource.Type.BROKER, "", op("log.retention.ms", OpType.DELETE, null)));
        node.await(image -> node.view.topicConfig("plain").retentionMs == 24 * 3_600_000L);
    }

    @Test
    void nodeSettingsThatAreFixedAtTheStartAreRefused() {
        AlterConfigsResourceResponse fixed =
                alter(ConfigResource.Type.BROKER, "1", op("log.dirs", OpType.SET, "/elsewhere"));
        assertThat(Errors.forCode(fixed.errorCode())).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(fixed.errorMessage())
                .contains("Cannot update these configs dynamically")
                .contains("log.dirs");
        assertThat(error(alter(
                        ConfigResource.Type.BROKER, "", op("unclean.leader.election.enable", OpType.SET, "false"))))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(error(alter(ConfigResource.Type.BROKER, "77", op("log.retention.ms", OpType.SET, "5"))))
                .isEqualTo(Errors.BROKER_ID_NOT_REGISTERED);
        assertThat(error(alter(ConfigResource.Type.BROKER, "1", op("log.retention.ms", OpType.SET, "x"))))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertOk(alter(ConfigResource.Type.BROKER, "1", op("leader.replication.throttled.rate", OpType.SET, "1000")));
    }

    @Test
    void requestsThatCannotBeAreRefused() {
        assertThat(error(alter(ConfigResource.Type.TOPIC, "never-was", op("retention.ms", OpType.SET, "5"))))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(alter(ConfigResource.Type.TOPIC, "plain", op("no.such", OpType.SET, "5"))))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(error(alter(ConfigResource.Type.TOPIC, "plain", op("retention.ms", OpType.SET, null))))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(error(alter(
                        ConfigResource.Type.TOPIC,
                        "plain",
                        op("retention.ms", OpType.SET, "5"),
                        op("retention.ms", OpType.DELETE, null))))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(error(alter(ConfigResource.Type.CLIENT_METRICS, "x", op("interval.ms", OpType.SET, "1000"))))
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void groupSettingsAreCheckedAndDescribed() {
        assertOk(alter(ConfigResource.Type.GROUP, "g1", op("consumer.session.timeout.ms", OpType.SET, "50000")));
        node.await(image -> entry(ConfigResource.Type.GROUP, "g1", "consumer.session.timeout.ms")
                .value()
                .equals("50000"));
        DescribeConfigsResourceResult described = entry(ConfigResource.Type.GROUP, "g1", "consumer.session.timeout.ms");
        assertThat(described.configSource()).isEqualTo(ConfigSource.GROUP_CONFIG.id());
        assertThat(error(alter(ConfigResource.Type.GROUP, "g1", op("consumer.session.timeout.ms", OpType.SET, "1"))))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(error(alter(ConfigResource.Type.GROUP, "g1", op("share.session.timeout.ms", OpType.SET, "50000"))))
                .isEqualTo(Errors.INVALID_CONFIG);
        ListConfigResourcesRequest list = new ListConfigResourcesRequest.Builder(new ListConfigResourcesRequestData()
                        .setResourceTypes(List.of(ConfigResource.Type.GROUP.id(), ConfigResource.Type.TOPIC.id())))
                .build((short) 1);
        assertThat(describer.list(node.view.image(), list).configResources())
                .extracting(resource -> resource.resourceName())
                .contains("g1", "plain", "tuned");
    }

    @Test
    void topicIsDescribedWithSourcesSynonymsAndTypes() {
        DescribeConfigsResult all = describe(ConfigResource.Type.TOPIC, "plain");
        assertThat(all.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(all.configs()).extracting(config -> config.name()).contains("weir.ack", "retention.ms");
        assertThat(all.configs()).hasSize(LogConfig.nonInternalConfigNames().size() + 1);
        DescribeConfigsResourceResult segment = entry(ConfigResource.Type.TOPIC, "plain", "segment.bytes");
        assertThat(segment.value()).isEqualTo("2097152");
        assertThat(segment.configSource()).isEqualTo(ConfigSource.STATIC_BROKER_CONFIG.id());
        assertThat(segment.configType()).isEqualTo(ConfigType.INT.id());
        assertThat(segment.documentation()).isNotEmpty();
        assertThat(segment.synonyms())
                .extracting(synonym -> synonym.name() + "=" + synonym.value() + "@" + synonym.source())
                .containsExactly("log.segment.bytes=2097152@4", "log.segment.bytes=1073741824@5");
        DescribeConfigsResourceResult ack = entry(ConfigResource.Type.TOPIC, "plain", "weir.ack");
        assertThat(ack.value()).isEqualTo("durable");
        assertThat(ack.configSource()).isEqualTo(ConfigSource.DEFAULT_CONFIG.id());
        assertThat(describe(ConfigResource.Type.TOPIC, "never-was").errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void nodeIsDescribedWithWhatCanBeChanged() {
        DescribeConfigsResourceResult segment = entry(ConfigResource.Type.BROKER, "1", "log.segment.bytes");
        assertThat(segment.value()).isEqualTo("2097152");
        assertThat(segment.readOnly()).isFalse();
        assertThat(segment.configSource()).isEqualTo(ConfigSource.STATIC_BROKER_CONFIG.id());
        assertThat(entry(ConfigResource.Type.BROKER, "1", "log.dirs").readOnly())
                .isTrue();
        assertThat(describe(ConfigResource.Type.BROKER, "2").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(describe(ConfigResource.Type.BROKER, "x").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
    }

    private DescribeConfigsResourceResult entry(ConfigResource.Type type, String name, String setting) {
        return describe(type, name).configs().stream()
                .filter(config -> config.name().equals(setting))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoAsksAThousandTimesIsAnsweredOnce() {
        DescribeConfigsResource resource = new DescribeConfigsResource()
                .setResourceType(ConfigResource.Type.TOPIC.id())
                .setResourceName("plain")
                .setConfigurationKeys(null);
        DescribeConfigsRequestData request = new DescribeConfigsRequestData();
        for (int i = 0; i < 1_000; i++) {
            request.resources().add(resource.duplicate());
        }
        request.resources().add(resource.duplicate().setConfigurationKeys(List.of("retention.ms")));
        assertThat(describer.describe(node.view.image(), request).results()).hasSize(2);
    }

    private DescribeConfigsResult describe(ConfigResource.Type type, String name) {
        DescribeConfigsRequestData request = new DescribeConfigsRequestData()
                .setIncludeSynonyms(true)
                .setIncludeDocumentation(true)
                .setResources(List.of(
                        new DescribeConfigsResource().setResourceType(type.id()).setResourceName(name)));
        return describer.describe(node.view.image(), request).results().getFirst();
    }

    private AlterConfigsResourceResponse alter(ConfigResource.Type type, String name, AlterableConfig... settings) {
        AlterConfigsResource resource =
                new AlterConfigsResource().setResourceType(type.id()).setResourceName(name);
        new ArrayList<>(List.of(settings)).forEach(resource.configs()::add);
        IncrementalAlterConfigsRequestData data = new IncrementalAlterConfigsRequestData();
        data.resources().add(resource);
        return node.ask(new IncrementalAlterConfigsRequest.Builder(data), IncrementalAlterConfigsResponseData.class)
                .responses()
                .getFirst();
    }

    private static AlterableConfig op(String name, OpType operation, @org.jspecify.annotations.Nullable String value) {
        return new AlterableConfig()
                .setName(name)
                .setConfigOperation(operation.id())
                .setValue(value);
    }

    private static Errors error(AlterConfigsResourceResponse response) {
        return Errors.forCode(response.errorCode());
    }

    private static void assertOk(AlterConfigsResourceResponse response) {
        assertThat(error(response)).as(response.errorMessage()).isEqualTo(Errors.NONE);
    }
}
