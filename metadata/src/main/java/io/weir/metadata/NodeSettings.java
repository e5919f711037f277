package io.weir.metadata;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings of one node, as DescribeConfigs shows them.
 *
 * @param nodeId of the node
 * @param definition every setting that there is, with type, default and documentation
 * @param values what was set on this node, raw; settings left at their default are absent
 * @param dynamicNames settings that can be changed while the node runs; all others are read-only
 */
public record NodeSettings(int nodeId, ConfigDef definition, Map<String, ?> values, Set<String> dynamicNames) {
    /** Copies the collections. */
    public NodeSettings {
        values = Map.copyOf(values);
        dynamicNames = Set.copyOf(dynamicNames);
    }
}
