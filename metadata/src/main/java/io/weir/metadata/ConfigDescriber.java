package io.weir.metadata;

import io.weir.metadata.ConfigSources.Detail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers DescribeConfigs and ListConfigResources from an image: values, where each comes from, what else would have given it, type,
 * documentation, whether it can be changed; as Kafka does. Immutable and pure; any thread.
 */
public final class ConfigDescriber {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigDescriber.class);

    private final NodeSettings node;
    private final TopicConfigs topics;
    private final Map<String, Integer> groupDefaults;
    private final Map<String, ConfigDef.ConfigKey> topicKeys;

    /**
     * @param node settings of the node that answers
     * @param topics resolves topic settings on that node
     */
    public ConfigDescriber(NodeSettings node, TopicConfigs topics) {
        this.node = node;
        this.topics = topics;
        this.topicKeys = WeirTopicSettings.withKafkas().configKeys();
        AbstractConfig groups = new AbstractConfig(
                Utils.mergeConfigs(List.of(GroupCoordinatorConfig.CONFIG_DEF, ShareGroupConfig.CONFIG_DEF)),
                node.values(),
                false);
        this.groupDefaults = new GroupCoordinatorConfig(groups).extractGroupConfigMap(new ShareGroupConfig(groups));
    }

    /** Errors are in the answer, one a resource, however often it is asked about; nothing is thrown. */
    public DescribeConfigsResponseData describe(MetadataImage image, DescribeConfigsRequestData request) {
        List<DescribeConfigsResult> results = new ArrayList<>();
        Detail detail = new Detail(request.includeSynonyms(), request.includeDocumentation(), false);
        // A name takes two bytes and its settings twenty thousand: whoever asks a thousand times is answered once.
        for (DescribeConfigsResource resource : new LinkedHashSet<>(request.resources())) {
            results.add(describe(image, resource, detail)
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName()));
        }
        return new DescribeConfigsResponseData().setResults(results);
    }

    /** Names everything that has or may have settings, by type; an unknown type is UNSUPPORTED_VERSION, as in Kafka. */
    public ListConfigResourcesResponseData list(MetadataImage image, ListConfigResourcesRequest request) {
        Set<Byte> supported = request.supportedResourceTypes();
        Set<Byte> wanted = request.data().resourceTypes().isEmpty()
                ? supported
                : Set.copyOf(request.data().resourceTypes());
        ListConfigResourcesResponseData response = new ListConfigResourcesResponseData();
        if (!supported.containsAll(wanted)) {
            return response.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        }
        List<ListConfigResourcesResponseData.ConfigResource> found = response.configResources();
        for (byte type : wanted) {
            names(image, ConfigResource.Type.forId(type))
                    .map(name -> new ListConfigResourcesResponseData.ConfigResource()
                            .setResourceName(name)
                            .setResourceType(type))
                    .forEach(found::add);
        }
        return response;
    }

    private static Stream<String> names(MetadataImage image, ConfigResource.Type type) {
        return switch (type) {
            case TOPIC -> image.topics().topicsByName().keySet().stream();
            case BROKER ->
                image.cluster().brokers().values().stream()
                        .filter(broker -> !broker.fenced())
                        .map(broker -> Integer.toString(broker.id()));
            case GROUP, CLIENT_METRICS ->
                image.configs().resourceData().keySet().stream()
                        .filter(resource -> resource.type() == type)
                        .map(ConfigResource::name);
            case BROKER_LOGGER, UNKNOWN -> Stream.empty();
        };
    }

    private DescribeConfigsResult describe(MetadataImage image, DescribeConfigsResource resource, Detail detail) {
        try {
            ConfigResource.Type type = ConfigResource.Type.forId(resource.resourceType());
            List<DescribeConfigsResourceResult> entries = switch (type) {
                case TOPIC -> topic(image, resource.resourceName(), detail);
                case BROKER -> broker(image, resource.resourceName(), detail);
                case GROUP -> group(image, resource.resourceName(), detail);
                case BROKER_LOGGER, CLIENT_METRICS, UNKNOWN ->
                    throw new InvalidRequestException("Unsupported resource type: " + type);
            };
            if (resource.configurationKeys() != null
                    && !resource.configurationKeys().isEmpty()) {
                Set<String> wanted = Set.copyOf(resource.configurationKeys());
                entries.removeIf(entry -> !wanted.contains(entry.name()));
            }
            return new DescribeConfigsResult().setErrorCode(Errors.NONE.code()).setConfigs(entries);
        } catch (RuntimeException e) {
            ApiError error = ApiError.fromThrowable(e);
            if (error.is(Errors.UNKNOWN_SERVER_ERROR)) {
                LOG.error("event=describe_configs_failed resource={}", resource, e);
            }
            return new DescribeConfigsResult()
                    .setErrorCode(error.error().code())
                    .setErrorMessage(error.message())
                    .setConfigs(List.of());
        }
    }

    private List<DescribeConfigsResourceResult> topic(MetadataImage image, String topic, Detail detail) {
        Topic.validate(topic);
        if (image.topics().getTopic(topic) == null) {
            throw Errors.UNKNOWN_TOPIC_OR_PARTITION.exception();
        }
        ConfigSources sources = new ConfigSources(image, node);
        Map<String, String> own = topics.overrides(image, topic);
        Map<String, Object> values = values(topics.logConfig(image, topic));
        WeirTopicSettings.definition().parse(own).forEach(values::put);
        List<DescribeConfigsResourceResult> entries = new ArrayList<>();
        values.forEach((name, value) -> {
            ConfigDef.ConfigKey key = topicKeys.get(name);
            List<DescribeConfigsSynonym> synonyms = new ArrayList<>();
            if (own.containsKey(name)) {
                synonyms.add(ConfigSources.synonym(
                        name, own.get(name), ConfigSource.TOPIC_CONFIG, ConfigSources.isSensitive(key)));
            }
            List<String> nodeNames = TopicConfigs.synonyms().get(name);
            if (nodeNames != null) {
                synonyms.addAll(sources.synonyms(nodeNames, ConfigSources.isSensitive(key)));
            }
            entries.add(ConfigSources.entry(name, value, key, synonyms, detail));
        });
        return entries;
    }

    private List<DescribeConfigsResourceResult> broker(MetadataImage image, String name, Detail detail) {
        ConfigSources sources = new ConfigSources(image, node);
        if (name == null || name.isEmpty()) {
            return brokerEntries(sources, new TreeMap<String, Object>(sources.dynamicCluster()), true, detail);
        }
        int id;
        try {
            id = Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("Broker id must be an integer, but it is: " + name, e);
        }
        if (id != node.nodeId()) {
            throw new InvalidRequestException(
                    "Unexpected broker id, expected " + node.nodeId() + " or empty string, but received " + name);
        }
        Map<String, Object> raw = new HashMap<>(node.values());
        raw.putAll(sources.dynamicCluster());
        raw.putAll(sources.dynamicNode());
        Map<String, Object> shown = new TreeMap<>(raw);
        node.definition().parse(raw).forEach((key, value) -> {
            ConfigDef.ConfigKey definition = sources.key(key);
            if (definition == null || !definition.internalConfig) {
                shown.put(key, value);
            }
        });
        return brokerEntries(sources, shown, false, detail);
    }

    private List<DescribeConfigsResourceResult> brokerEntries(
            ConfigSources sources, Map<String, Object> values, boolean clusterOnly, Detail detail) {
        List<DescribeConfigsResourceResult> entries = new ArrayList<>();
        values.forEach((name, value) -> {
            ConfigDef.ConfigKey key = sources.key(name);
            List<DescribeConfigsSynonym> synonyms =
                    sources.synonyms(ConfigSources.aliasesOf(name), ConfigSources.isSensitive(key));
            // As Kafka: what stands before the setting's own name is another setting's business.
            while (!synonyms.isEmpty() && !synonyms.getFirst().name().equals(name)) {
                synonyms.removeFirst();
            }
            if (clusterOnly) {
                synonyms.removeIf(synonym -> synonym.source() != ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG.id());
            }
            boolean readOnly = !node.dynamicNames().contains(name);
            entries.add(ConfigSources.entry(name, value, key, synonyms, detail.withReadOnly(readOnly)));
        });
        return entries;
    }

    private List<DescribeConfigsResourceResult> group(MetadataImage image, String group, Detail detail) {
        if (group == null || group.isEmpty()) {
            throw new InvalidRequestException("Group name must not be empty");
        }
        ConfigSources sources = new ConfigSources(image, node);
        Map<String, String> own =
                image.configs().configMapForResource(new ConfigResource(ConfigResource.Type.GROUP, group));
        Properties properties = new Properties();
        properties.putAll(own);
        List<DescribeConfigsResourceResult> entries = new ArrayList<>();
        values(GroupConfig.fromProps(groupDefaults, properties)).forEach((name, value) -> {
            ConfigDef.ConfigKey key = GroupConfig.CONFIG_DEF.configKeys().get(name);
            List<DescribeConfigsSynonym> synonyms = new ArrayList<>();
            if (own.containsKey(name)) {
                synonyms.add(ConfigSources.synonym(
                        name, own.get(name), ConfigSource.GROUP_CONFIG, ConfigSources.isSensitive(key)));
            }
            GroupConfig.brokerSynonym(name)
                    .ifPresent(broker ->
                            synonyms.addAll(sources.synonyms(List.of(broker), ConfigSources.isSensitive(key))));
            entries.add(ConfigSources.entry(name, value, key, synonyms, detail));
        });
        return entries;
    }

    /** Every setting that people may see, parsed, by name. */
    private static Map<String, Object> values(AbstractConfig config) {
        Map<String, Object> values = new TreeMap<>();
        config.values().forEach((name, value) -> {
            ConfigDef.ConfigKey key = LogConfig.configKeys().get(name);
            boolean internal = config instanceof LogConfig && key != null && key.internalConfig;
            if (!internal || config.originals().containsKey(name)) {
                values.put(name, value);
            }
        });
        return values;
    }
}
