package io.weir.kafka.wire;

import java.util.Map;
import org.apache.kafka.common.feature.Features;
import org.apache.kafka.common.feature.SupportedVersionRange;

/**
 * What ApiVersions says of features (KIP-584). Immutable.
 *
 * @param supported what this node can do
 * @param finalized what the cluster has agreed on
 * @param epoch of the agreement; -1 when none is known yet
 */
public record FeatureLevels(Features<SupportedVersionRange> supported, Map<String, Short> finalized, long epoch) {
    /** Nothing supported and nothing agreed. */
    public static final FeatureLevels NONE = new FeatureLevels(Features.emptySupportedFeatures(), Map.of(), -1);

    public FeatureLevels {
        finalized = Map.copyOf(finalized);
    }
}
