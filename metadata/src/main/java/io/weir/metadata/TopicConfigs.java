package io.weir.metadata;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.KafkaConfigSchema;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Resolves topic settings as Kafka does: the topic's own, else this node's dynamic ones, the cluster's dynamic ones,
 * the node's static ones, the default. Immutable; any thread; pure, so that it can be asked about an image that is
 * not published yet.
 */
public final class TopicConfigs {
    private final int nodeId;
    private final Map<String, ?> nodeSettings;
    private final KafkaConfigSchema schema;

    /**
     * @param nodeSettings what was set on this node, by Kafka's names ({@code log.retention.ms}); settings that
     *     were left at their default are absent
     */
    public TopicConfigs(int nodeId, Map<String, ?> nodeSettings) {
        this.nodeId = nodeId;
        this.nodeSettings = Map.copyOf(nodeSettings);
        this.schema = schema(LogConfig.SERVER_CONFIG_DEF);
    }

    /**
     * Kafka's schema with Weir's topic settings in it.
     *
     * @param broker definition of a node's settings
     */
    public static KafkaConfigSchema schema(ConfigDef broker) {
        return new KafkaConfigSchema(
                Map.of(ConfigResource.Type.TOPIC, WeirTopicSettings.withKafkas(), ConfigResource.Type.BROKER, broker),
                ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS);
    }

    /** What a topic without settings of its own gets, by topic setting. Kafka's settings only. */
    public Map<String, String> defaults(MetadataImage image) {
        return effective(dynamic(image, ""), dynamic(image, Integer.toString(nodeId)));
    }

    /** As {@link #defaults} if these were the cluster's and this node's dynamic settings. */
    public Map<String, String> effective(Map<String, String> dynamicCluster, Map<String, String> dynamicNode) {
        Map<String, ConfigEntry> entries =
                schema.resolveEffectiveTopicConfigs(nodeSettings, dynamicCluster, dynamicNode, Map.of());
        Map<String, String> values = new HashMap<>();
        entries.forEach((name, entry) -> {
            if (!WeirTopicSettings.isWeirs(name) && entry.value() != null) {
                values.put(name, entry.value());
            }
        });
        return values;
    }

    /** The topic's own settings, Weir's included; empty when it has none or does not exist. */
    public Map<String, String> overrides(MetadataImage image, String topic) {
        return image.configs().configMapForResource(new ConfigResource(ConfigResource.Type.TOPIC, topic));
    }

    /** The topic's settings in force, parsed by Kafka. */
    public LogConfig logConfig(MetadataImage image, String topic) {
        return logConfig(defaults(image), overrides(image, topic));
    }

    /** Kafka's settings out of {@code overrides} over {@code defaults}. */
    public static LogConfig logConfig(Map<String, String> defaults, Map<String, String> overrides) {
        Properties own = new Properties();
        overrides.forEach((name, value) -> {
            if (!WeirTopicSettings.isWeirs(name)) {
                own.setProperty(name, value);
            }
        });
        return LogConfig.fromProps(defaults, own);
    }

    /** Weir's settings of the topic in force. */
    public WeirTopicConfig weirConfig(MetadataImage image, String topic) {
        return WeirTopicSettings.parse(overrides(image, topic));
    }

    /** A node's dynamic settings; those of the whole cluster for the empty name. */
    static Map<String, String> dynamic(MetadataImage image, String node) {
        return image.configs().configMapForResource(new ConfigResource(ConfigResource.Type.BROKER, node));
    }

    /** The names under which a node can be given defaults for topics, most important first, by topic setting. */
    public static Map<String, List<String>> synonyms() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.forEach((topic, synonyms) -> names.put(
                topic, synonyms.stream().map(synonym -> synonym.name()).toList()));
        return names;
    }
}
