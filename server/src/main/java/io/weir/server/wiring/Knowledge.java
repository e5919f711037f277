package io.weir.server.wiring;

import io.weir.kafka.wire.FeatureLevels;
import io.weir.metadata.LiveClusterView;
import io.weir.metadata.TopicConfigs;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.BrokerFeatures;
import org.apache.kafka.server.common.FinalizedFeatures;

/** What this node knows of its cluster. Any thread. */
record Knowledge(TopicConfigs topicConfigs, LiveClusterView view) {
    static Knowledge of(Site site) {
        TopicConfigs topicConfigs =
                new TopicConfigs(site.nodeId(), site.settings().explicit());
        return new Knowledge(
                topicConfigs,
                new LiveClusterView(site.nodeId(), topicConfigs, site.configs().listenerBound()));
    }

    /** What clients are told that the nodes have agreed on. */
    FeatureLevels features() {
        if (view.image().features().metadataVersion().isEmpty()) {
            // The listeners are open before the first image is there: nothing has been agreed on as far as we know.
            return new FeatureLevels(BrokerFeatures.defaultSupportedFeatures(false), Map.of(), -1);
        }
        FinalizedFeatures agreed = view.cache().features();
        return new FeatureLevels(
                BrokerFeatures.defaultSupportedFeatures(false),
                agreed.finalizedFeatures(),
                agreed.finalizedFeaturesEpoch());
    }

    /** Done when the node may be used, as this node sees it. */
    CompletableFuture<MetadataImage> whenAlive(int nodeId, Duration bound) {
        return view.when(
                image -> {
                    var registered = image.cluster().broker(nodeId);
                    return registered != null && !registered.fenced();
                },
                bound);
    }
}
