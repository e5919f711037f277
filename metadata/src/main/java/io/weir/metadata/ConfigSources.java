package io.weir.metadata;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.config.QuotaConfig;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's settings come from in one image: dynamic for the node, dynamic for the cluster, static, default, in
 * that order. Lives for one request.
 */
final class ConfigSources {
    /** Names that stand for the same node setting, most important first, by each of the names. */
    private static final Map<String, List<String>> ALIASES = aliases();

    private final Map<String, ConfigDef.ConfigKey> keys = new HashMap<>();
    private final Map<String, String> dynamicNode;
    private final Map<String, String> dynamicCluster;
    private final Map<String, ?> staticNode;

    ConfigSources(MetadataImage image, NodeSettings settings) {
        keys.putAll(QuotaConfig.brokerQuotaConfigs().configKeys());
        keys.putAll(settings.definition().configKeys());
        this.dynamicNode = TopicConfigs.dynamic(image, Integer.toString(settings.nodeId()));
        this.dynamicCluster = TopicConfigs.dynamic(image, "");
        this.staticNode = settings.values();
    }

    Map<String, String> dynamicNode() {
        return dynamicNode;
    }

    Map<String, String> dynamicCluster() {
        return dynamicCluster;
    }

    ConfigDef.@Nullable ConfigKey key(String name) {
        return keys.get(name);
    }

    /** All names that stand for {@code name}, itself included. */
    static List<String> aliasesOf(String name) {
        return ALIASES.getOrDefault(name, List.of(name));
    }

    /** Every place that gives one of {@code names} a value, the one in force first. */
    List<DescribeConfigsSynonym> synonyms(List<String> names, boolean sensitive) {
        List<DescribeConfigsSynonym> found = new ArrayList<>();
        add(found, names, dynamicNode, ConfigSource.DYNAMIC_BROKER_CONFIG, sensitive);
        add(found, names, dynamicCluster, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG, sensitive);
        add(found, names, staticNode, ConfigSource.STATIC_BROKER_CONFIG, sensitive);
        for (String name : names) {
            ConfigDef.ConfigKey key = keys.get(name);
            if (key != null && key.hasDefault() && key.defaultValue != null) {
                String text = ConfigDef.convertToString(key.defaultValue, key.type);
                found.add(synonym(name, text, ConfigSource.DEFAULT_CONFIG, sensitive));
            }
        }
        return found;
    }

    private static void add(
            List<DescribeConfigsSynonym> to,
            List<String> names,
            Map<String, ?> values,
            ConfigSource source,
            boolean sensitive) {
        for (String name : names) {
            Object value = values.get(name);
            if (value != null) {
                to.add(synonym(name, value.toString(), source, sensitive));
            }
        }
    }

    static DescribeConfigsSynonym synonym(String name, @Nullable String value, ConfigSource source, boolean sensitive) {
        return new DescribeConfigsSynonym()
                .setName(name)
                .setValue(sensitive ? null : value)
                .setSource(source.id());
    }

    /** A setting whose type nobody knows is treated as a secret, as in Kafka. */
    static boolean isSensitive(ConfigDef.@Nullable ConfigKey key) {
        return key == null || key.type == ConfigDef.Type.PASSWORD;
    }

    /** One answered setting; its source is that of the first synonym. */
    static DescribeConfigsResourceResult entry(
            String name,
            @Nullable Object value,
            ConfigDef.@Nullable ConfigKey key,
            List<DescribeConfigsSynonym> synonyms,
            Detail detail) {
        boolean sensitive = isSensitive(key);
        ConfigDef.Type type = key == null ? null : key.type;
        String text = null;
        if (!sensitive && value != null) {
            text = value instanceof String string ? string : ConfigDef.convertToString(value, type);
        }
        return new DescribeConfigsResourceResult()
                .setName(name)
                .setValue(text)
                .setConfigSource(
                        synonyms.isEmpty()
                                ? ConfigSource.DEFAULT_CONFIG.id()
                                : synonyms.getFirst().source())
                .setIsSensitive(sensitive)
                .setReadOnly(detail.readOnly())
                .setSynonyms(detail.synonyms() ? synonyms : List.of())
                .setDocumentation(detail.documentation() && key != null ? key.documentation : null)
                .setConfigType(
                        type == null
                                ? ConfigType.UNKNOWN.id()
                                : ConfigType.valueOf(type.name()).id());
    }

    private static Map<String, List<String>> aliases() {
        Map<String, List<String>> aliases = new HashMap<>();
        TopicConfigs.synonyms().values().forEach(names -> names.forEach(name -> aliases.put(name, names)));
        return aliases;
    }

    /** What the caller wants to see of a setting. */
    record Detail(boolean synonyms, boolean documentation, boolean readOnly) {
        Detail withReadOnly(boolean flag) {
            return new Detail(synonyms, documentation, flag);
        }
    }
}
