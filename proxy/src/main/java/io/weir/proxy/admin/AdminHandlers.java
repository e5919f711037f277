package io.weir.proxy.admin;

import io.weir.metadata.ClusterView;
import io.weir.proxy.admin.ControllerHandler.Effect;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;

/** The requests that the controller answers. */
public final class AdminHandlers {
    private AdminHandlers() {}

    /**
     * A handler for each.
     *
     * @param wait longest that the answer to a change waits until this node sees it
     */
    public static Map<ApiKeys, Handler> of(ClusterView view, Forwarder forwarder, Duration wait) {
        Map<ApiKeys, Effect> effects = new EnumMap<>(ApiKeys.class);
        effects.put(ApiKeys.CREATE_TOPICS, TopicEffects::created);
        effects.put(ApiKeys.DELETE_TOPICS, TopicEffects::deleted);
        effects.put(ApiKeys.CREATE_PARTITIONS, TopicEffects::grown);
        effects.put(ApiKeys.ALTER_CONFIGS, ConfigEffects::replaced);
        effects.put(ApiKeys.INCREMENTAL_ALTER_CONFIGS, ConfigEffects::altered);
        effects.put(ApiKeys.ELECT_LEADERS, Effect.NONE);
        effects.put(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, Effect.NONE);
        effects.put(ApiKeys.LIST_PARTITION_REASSIGNMENTS, Effect.NONE);
        effects.put(ApiKeys.UPDATE_FEATURES, Effect.NONE);
        effects.put(ApiKeys.UNREGISTER_BROKER, NodeEffects::gone);
        effects.put(ApiKeys.DESCRIBE_QUORUM, Effect.NONE);
        Map<ApiKeys, Handler> handlers = new EnumMap<>(ApiKeys.class);
        effects.forEach((api, effect) -> handlers.put(api, new ControllerHandler(view, forwarder, wait, effect)));
        return handlers;
    }
}
