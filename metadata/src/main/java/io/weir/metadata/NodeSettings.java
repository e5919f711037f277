package io.weir.metadata;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.server.config.QuotaConfig;

/**
 * The settings of one node, as DescribeConfigs shows them.
 *
 * @param nodeId of the node
 * @param definition every setting that there is, with type, default and documentation
 * @param values what was set on this node, raw; settings left at their default are absent
 * @param dynamicNames settings that can be changed while the node runs; all others are read-only
 */
public record NodeSettings(int nodeId, ConfigDef definition, Map<String, ?> values, Set<String> dynamicNames) {
    private static final Set<String> FIXED = Set.of(
            TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
            TopicConfig.LOCAL_LOG_RETENTION_MS_CONFIG,
            TopicConfig.LOCAL_LOG_RETENTION_BYTES_CONFIG);

    /**
     * What can be changed while nodes run: the defaults that topics get ({@code log.retention.ms} and so on), which
     * every node takes from the image, but for what Weir does in one way only; and Kafka's replication throttles, which its
     * reassignment tool sets and which have nothing to throttle here, since no data is copied.
     */
    public static final Set<String> DYNAMIC = dynamic();

    /** Copies the collections. */
    public NodeSettings {
        values = Map.copyOf(values);
        dynamicNames = Set.copyOf(dynamicNames);
    }

    private static Set<String> dynamic() {
        Set<String> names = new HashSet<>(QuotaConfig.BROKER_QUOTA_CONFIGS);
        TopicConfigs.synonyms().forEach((topic, nodeNames) -> {
            if (!FIXED.contains(topic)) {
                names.addAll(nodeNames);
            }
        });
        return Set.copyOf(names);
    }
}
