package io.weir.metadata;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One image with the topic settings parsed from it, on demand and once. Topics without settings share one object;
 * what did not change is handed on from image to image. Any thread.
 */
final class ViewSnapshot {
    private static final Logger LOG = LoggerFactory.getLogger(ViewSnapshot.class);

    private final TopicConfigs configs;
    private final MetadataImage image;
    private final Map<String, String> defaults;
    private final LogConfig defaultConfig;
    private final ConcurrentHashMap<String, TopicSettings> parsed;

    private ViewSnapshot(
            TopicConfigs configs,
            MetadataImage image,
            Map<String, String> defaults,
            LogConfig defaultConfig,
            ConcurrentHashMap<String, TopicSettings> parsed) {
        this.configs = configs;
        this.image = image;
        this.defaults = defaults;
        this.defaultConfig = defaultConfig;
        this.parsed = parsed;
    }

    static ViewSnapshot of(TopicConfigs configs, MetadataImage image) {
        Map<String, String> defaults = configs.defaults(image);
        LogConfig defaultConfig = TopicConfigs.logConfig(defaults, Map.of());
        return new ViewSnapshot(configs, image, defaults, defaultConfig, new ConcurrentHashMap<>());
    }

    ViewSnapshot next(MetadataDelta delta, MetadataImage next) {
        if (delta.configsDelta() == null) {
            return new ViewSnapshot(configs, next, defaults, defaultConfig, parsed);
        }
        boolean nodeChanged = delta.configsDelta().changes().keySet().stream()
                .anyMatch(resource -> resource.type() == ConfigResource.Type.BROKER);
        if (nodeChanged) {
            return ofChangedNode(next);
        }
        ConcurrentHashMap<String, TopicSettings> kept = new ConcurrentHashMap<>(parsed);
        delta.configsDelta().changes().keySet().forEach(resource -> kept.remove(resource.name()));
        return new ViewSnapshot(configs, next, defaults, defaultConfig, kept);
    }

    /** Refused by the controller, but if defaults ever came in that do not parse, the last good ones stay in force. */
    private ViewSnapshot ofChangedNode(MetadataImage next) {
        try {
            return of(configs, next);
        } catch (RuntimeException e) {
            LOG.error("event=node_settings_invalid offset={}", next.offset(), e);
            return new ViewSnapshot(configs, next, defaults, defaultConfig, new ConcurrentHashMap<>());
        }
    }

    MetadataImage image() {
        return image;
    }

    LogConfig topicConfig(String topic) {
        return settings(topic).kafka();
    }

    WeirTopicConfig weirTopicConfig(String topic) {
        return settings(topic).weir();
    }

    private TopicSettings settings(String topic) {
        TopicSettings known = parsed.get(topic);
        if (known != null) {
            return known;
        }
        Map<String, String> overrides = configs.overrides(image, topic);
        if (overrides.isEmpty()) {
            return new TopicSettings(defaultConfig, WeirTopicSettings.parse(overrides));
        }
        TopicSettings fresh =
                new TopicSettings(TopicConfigs.logConfig(defaults, overrides), WeirTopicSettings.parse(overrides));
        parsed.put(topic, fresh);
        return fresh;
    }

    private record TopicSettings(LogConfig kafka, WeirTopicConfig weir) {}
}
