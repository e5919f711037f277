package io.weir.controller;

import io.weir.metadata.NodeSettings;
import io.weir.metadata.TopicConfigs;
import io.weir.metadata.WeirTopicSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.controller.ConfigurationValidator;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.apache.kafka.metadata.SupportedConfigChecker;
import org.apache.kafka.server.config.QuotaConfig;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Says which settings may be stored: Kafka's own checks and messages, Weir's settings beside Kafka's, and a refusal
 * wherever storing a setting would promise what Weir does not do. Settings of Kafka's that only tune how it keeps its
 * files (index sizes, flush intervals, throttles) are accepted and have no effect. Stateless; controller thread.
 */
final class SettingsValidator implements ConfigurationValidator, SupportedConfigChecker {
    private static final Set<String> REMOTE_STORAGE = Set.of(
            TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG,
            TopicConfig.REMOTE_LOG_COPY_DISABLE_CONFIG,
            TopicConfig.REMOTE_LOG_DELETE_ON_DISABLE_CONFIG,
            TopicConfig.LOCAL_LOG_RETENTION_MS_CONFIG,
            TopicConfig.LOCAL_LOG_RETENTION_BYTES_CONFIG);

    private final TopicConfigs topics;
    private final Map<String, String> topicDefaults;
    private final Set<String> topicNames;
    private final ConfigDef dynamicNode;
    private final GroupCoordinatorConfig groups;
    private final ShareGroupConfig shareGroups;

    SettingsValidator(int nodeId, Map<String, ?> nodeSettings) {
        this.topics = new TopicConfigs(nodeId, nodeSettings);
        this.topicDefaults = topics.effective(Map.of(), Map.of());
        this.topicNames = WeirTopicSettings.withKafkas().names();
        this.dynamicNode = dynamicNode();
        AbstractConfig settings = new AbstractConfig(
                Utils.mergeConfigs(List.of(GroupCoordinatorConfig.CONFIG_DEF, ShareGroupConfig.CONFIG_DEF)),
                nodeSettings,
                false);
        this.groups = new GroupCoordinatorConfig(settings);
        this.shareGroups = new ShareGroupConfig(settings);
    }

    /** For describing; nothing is described through the controller. */
    @Override
    public void validate(ConfigResource resource) {
        requireName(resource);
    }

    @Override
    public void validate(ConfigResource resource, Map<String, String> settings, Map<String, String> existing) {
        requireName(resource);
        switch (resource.type()) {
            case TOPIC -> validateTopic(settings, existing);
            case BROKER -> validateNode(resource.name(), settings);
            case GROUP -> validateGroup(settings);
            case CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> throw unknown(resource);
        }
    }

    /** What is in the log but not known (any more) is left out of images. */
    @Override
    public boolean isSupported(ConfigResource.Type type, String name) {
        return switch (type) {
            case TOPIC -> topicNames.contains(name);
            case BROKER -> true;
            case GROUP -> GroupConfig.configNames().contains(name);
            case CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> false;
        };
    }

    private static void requireName(ConfigResource resource) {
        switch (resource.type()) {
            case TOPIC -> Topic.validate(resource.name());
            case GROUP -> {
                if (resource.name().isEmpty()) {
                    throw new InvalidRequestException("Default group resources are not allowed.");
                }
            }
            case BROKER -> {
                if (!resource.name().isEmpty() && !resource.name().chars().allMatch(Character::isDigit)) {
                    throw new InvalidRequestException(
                            "Unable to parse broker name as a base 10 number: " + resource.name());
                }
            }
            case CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> throw unknown(resource);
        }
    }

    private static InvalidRequestException unknown(ConfigResource resource) {
        return new InvalidRequestException(
                "Resource type " + resource.type() + " has no settings that can be changed here.");
    }

    private void validateTopic(Map<String, String> settings, Map<String, String> existing) {
        requireValues(settings, "topic");
        Map<String, String> kafkas = new HashMap<>();
        Map<String, String> weirs = new HashMap<>();
        settings.forEach((name, value) -> (WeirTopicSettings.isWeirs(name) ? weirs : kafkas).put(name, value));
        for (String name : weirs.keySet()) {
            if (!topicNames.contains(name)) {
                throw new InvalidConfigurationException("Unknown topic config name: " + name);
            }
        }
        WeirTopicSettings.definition().parse(weirs);
        LogConfig.validate(existing, kafkas, topicDefaults, false);
        refuseWhatIsNotDone(kafkas);
    }

    private static void refuseWhatIsNotDone(Map<String, String> settings) {
        String unclean = settings.get(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG);
        if (unclean != null && !Boolean.parseBoolean(unclean)) {
            throw new InvalidConfigurationException(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG
                    + " cannot be switched off for a topic: every owner of a partition reads the same stored"
                    + " bytes, so no election loses records. Leave the setting out.");
        }
        for (String name : REMOTE_STORAGE) {
            String value = settings.get(name);
            ConfigDef.ConfigKey key = LogConfig.configKeys().get(name);
            if (value != null
                    && key != null
                    && !value.trim().equalsIgnoreCase(ConfigDef.convertToString(key.defaultValue, key.type))) {
                throw new InvalidConfigurationException(name + "=" + value
                        + " is not supported: there is no second tier of storage here, all records are in the"
                        + " store. Use retention.ms and retention.bytes.");
            }
        }
    }

    private void validateNode(String node, Map<String, String> settings) {
        requireValues(settings, "broker");
        Set<String> fixed = new TreeSet<>(settings.keySet());
        fixed.removeAll(NodeSettings.DYNAMIC);
        if (!fixed.isEmpty()) {
            throw new InvalidRequestException("Cannot update these configs dynamically: " + fixed);
        }
        dynamicNode.parse(settings);
        Map<String, String> defaults =
                node.isEmpty() ? topics.effective(settings, Map.of()) : topics.effective(Map.of(), settings);
        LogConfig.validateValues(TopicConfigs.logConfig(defaults, Map.of()).values());
    }

    private void validateGroup(Map<String, String> settings) {
        requireValues(settings, "group");
        GroupConfig.validate(settings, groups, shareGroups);
        for (String name : settings.keySet()) {
            if (name.startsWith("share.") || name.startsWith("streams.")) {
                throw new InvalidConfigurationException(name + " is not supported: there are no "
                        + name.substring(0, name.indexOf('.')) + " groups here.");
            }
        }
    }

    private static void requireValues(Map<String, String> settings, String what) {
        List<String> empty = new ArrayList<>();
        settings.forEach((name, value) -> {
            if (value == null) {
                empty.add(name);
            }
        });
        if (!empty.isEmpty()) {
            throw new InvalidConfigurationException(
                    "Null value not supported for " + what + " configs: " + String.join(",", empty));
        }
    }

    private static ConfigDef dynamicNode() {
        ConfigDef all = QuotaConfig.brokerQuotaConfigs();
        LogConfig.SERVER_CONFIG_DEF.configKeys().values().stream()
                .filter(key -> NodeSettings.DYNAMIC.contains(key.name))
                .forEach(all::define);
        return all;
    }
}
