package io.weir.compat.admin;

import static io.weir.compat.support.Cluster.get;
import static io.weir.compat.support.Entries.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class ConfigsTest {
    private final Admin admin;
    private final ConfigResource topic;

    ConfigsTest(Cluster cluster) {
        this.admin = cluster.admin();
        this.topic = new ConfigResource(ConfigResource.Type.TOPIC, cluster.topic(1, "segment.bytes", "2000000"));
    }

    @Test
    void describesDefaultsAndWhatTheTopicHasOfItsOwn() {
        Config config = describe(topic);

        assertThat(config.get("segment.bytes").value()).isEqualTo("2000000");
        assertThat(config.get("segment.bytes").source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(config.get("cleanup.policy").value()).isEqualTo("delete");
        assertThat(config.get("cleanup.policy").isDefault()).isTrue();
        assertThat(config.get("retention.ms").value()).isEqualTo("604800000");
        assertThat(config.get("max.message.bytes").value()).isEqualTo("1048588");
        assertThat(config.entries())
                .extracting(ConfigEntry::name)
                .contains(
                        "compression.type",
                        "retention.bytes",
                        "message.timestamp.type",
                        "segment.ms",
                        "min.insync.replicas");
    }

    @Test
    void describesTypesSynonymsAndDocumentationOnRequest() {
        var options = new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
        Config config = at(get(admin.describeConfigs(List.of(topic), options).all()), topic);

        ConfigEntry entry = config.get("segment.bytes");
        assertThat(entry.type()).isEqualTo(ConfigEntry.ConfigType.INT);
        assertThat(entry.documentation()).isNotBlank();
        assertThat(entry.synonyms())
                .extracting(ConfigEntry.ConfigSynonym::source)
                .contains(ConfigSource.DYNAMIC_TOPIC_CONFIG, ConfigSource.DEFAULT_CONFIG);
    }

    @Test
    void setsDeletesAppendsAndSubtracts() {
        alter(topic, set("retention.ms", "3600000"), set("cleanup.policy", "delete"));
        awaitOwn(topic, "retention.ms", "3600000");
        awaitOwn(topic, "segment.bytes", "2000000");

        alter(topic, new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND));
        awaitOwn(topic, "cleanup.policy", "delete,compact");

        alter(topic, new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SUBTRACT));
        awaitOwn(topic, "cleanup.policy", "delete");

        alter(topic, new AlterConfigOp(new ConfigEntry("retention.ms", null), AlterConfigOp.OpType.DELETE));
        Await.until("the default", () -> describe(topic).get("retention.ms").isDefault());
    }

    @Test
    void validationAloneChangesNothing() {
        get(admin.incrementalAlterConfigs(
                        Map.of(topic, List.of(set("retention.ms", "1"))), new AlterConfigsOptions().validateOnly(true))
                .all());

        assertThat(describe(topic).get("retention.ms").isDefault()).isTrue();
    }

    @Test
    void refusesWhatIsNoConfigAndWhatIsNoValue() {
        assertThatThrownBy(() -> alter(topic, set("no.such.config", "1")))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> alter(topic, set("retention.ms", "soon")))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> alter(topic, set("cleanup.policy", "burn")))
                .isInstanceOf(InvalidConfigurationException.class);
        assertThatThrownBy(() -> alter(topic, set("retention.ms", "1"), set("retention.ms", "2")))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void refusesATopicThatDoesNotExist() {
        ConfigResource missing = new ConfigResource(ConfigResource.Type.TOPIC, Cluster.name("missing"));

        assertThatThrownBy(() -> describe(missing)).isInstanceOf(UnknownTopicOrPartitionException.class);
        assertThatThrownBy(() -> alter(missing, set("retention.ms", "1")))
                .isInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test
    void describesABroker() {
        Config config = describe(broker());

        assertThat(config.get("node.id").value()).isEqualTo(broker().name());
        assertThat(config.get("listeners")).isNotNull();
        assertThat(config.get("num.partitions").isReadOnly()).isTrue();
        assertThat(config.get("log.retention.ms")).isNotNull();
    }

    @Test
    void aDefaultForTheWholeClusterReachesTheTopics() {
        ConfigResource all = new ConfigResource(ConfigResource.Type.BROKER, "");
        try {
            alter(all, set("log.retention.ms", "7200000"));
            Await.until(
                    "the topic's retention",
                    () -> describe(topic).get("retention.ms").value().equals("7200000"));
            assertThat(describe(topic).get("retention.ms").source())
                    .isEqualTo(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
        } finally {
            alter(all, new AlterConfigOp(new ConfigEntry("log.retention.ms", null), AlterConfigOp.OpType.DELETE));
        }
        Await.until(
                "the default again",
                () -> describe(topic).get("retention.ms").value().equals("604800000"));
    }

    @Test
    void whatOnlyAStartCanChangeIsRefused() {
        assertThatThrownBy(() -> alter(broker(), set("node.id", "7"))).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void listsTheResourcesThatHaveConfigs() {
        Collection<ConfigResource> topics =
                get(admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC), new ListConfigResourcesOptions())
                        .all());
        assertThat(topics).contains(topic);

        assertThat(get(admin.listConfigResources().all())).contains(topic, broker());
    }

    @Test
    void aGroupMayHaveConfigs() {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, Cluster.name("group"));
        alter(group, set("consumer.session.timeout.ms", "2500"));
        awaitOwn(group, "consumer.session.timeout.ms", "2500");
        assertThatThrownBy(() -> alter(group, set("no.such.config", "1")))
                .isInstanceOf(InvalidConfigurationException.class);
    }

    private ConfigResource broker() {
        return new ConfigResource(
                ConfigResource.Type.BROKER,
                get(admin.describeCluster().nodes()).iterator().next().idString());
    }

    private Config describe(ConfigResource resource) {
        return at(get(admin.describeConfigs(List.of(resource)).all()), resource);
    }

    /** A change shows as soon as the node that answers has heard of it. */
    private void awaitOwn(ConfigResource resource, String name, String value) {
        ConfigEntry entry =
                Await.value(name + "=" + value, () -> describe(resource).get(name), e -> value.equals(e.value()));
        assertThat(entry.isDefault()).isFalse();
    }

    private void alter(ConfigResource resource, AlterConfigOp... ops) {
        get(admin.incrementalAlterConfigs(Map.of(resource, List.of(ops))).all());
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }
}
