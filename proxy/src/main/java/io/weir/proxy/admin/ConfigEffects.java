package io.weir.proxy.admin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.image.MetadataImage;
import org.jspecify.annotations.Nullable;

/** How it shows that settings were altered. */
final class ConfigEffects {
    private ConfigEffects() {}

    /** ALTER_CONFIGS replaces all settings of a resource. */
    static List<Predicate<MetadataImage>> replaced(AbstractRequest request, ApiMessage answer, MetadataImage before) {
        AlterConfigsRequestData asked = ((AlterConfigsRequest) request).data();
        Set<ConfigResource> altered = new HashSet<>();
        ((AlterConfigsResponseData) answer).responses().forEach(result -> {
            if (result.errorCode() == Errors.NONE.code()) {
                altered.add(resource(result.resourceType(), result.resourceName()));
            }
        });
        List<Predicate<MetadataImage>> changes = new ArrayList<>();
        if (asked.validateOnly()) {
            return changes;
        }
        for (AlterConfigsResource resource : asked.resources()) {
            ConfigResource key = resource(resource.resourceType(), resource.resourceName());
            if (altered.contains(key)) {
                Map<String, String> settings = new HashMap<>();
                resource.configs().forEach(config -> {
                    if (config.value() != null) {
                        settings.put(config.name(), config.value());
                    }
                });
                changes.add(image -> image.configs().configMapForResource(key).equals(settings));
            }
        }
        return changes;
    }

    /** INCREMENTAL_ALTER_CONFIGS changes single settings. */
    static List<Predicate<MetadataImage>> altered(AbstractRequest request, ApiMessage answer, MetadataImage before) {
        IncrementalAlterConfigsRequestData asked = ((IncrementalAlterConfigsRequest) request).data();
        Set<ConfigResource> altered = new HashSet<>();
        ((IncrementalAlterConfigsResponseData) answer).responses().forEach(result -> {
            if (result.errorCode() == Errors.NONE.code()) {
                altered.add(resource(result.resourceType(), result.resourceName()));
            }
        });
        List<Predicate<MetadataImage>> changes = new ArrayList<>();
        if (!asked.validateOnly()) {
            asked.resources().forEach(resource -> {
                ConfigResource key = resource(resource.resourceType(), resource.resourceName());
                if (altered.contains(key)) {
                    resource.configs()
                            .forEach(config -> changes.add(image -> shows(
                                    image.configs().configMapForResource(key).get(config.name()), config)));
                }
            });
        }
        return changes;
    }

    private static boolean shows(@Nullable String value, AlterableConfig config) {
        return switch (OpType.forId(config.configOperation())) {
            case SET -> config.value() == null ? value == null : config.value().equals(value);
            case DELETE -> value == null;
            case APPEND -> value != null && elements(value).containsAll(elements(config.value()));
            case SUBTRACT -> value == null || elements(config.value()).stream().noneMatch(elements(value)::contains);
            case null -> true;
        };
    }

    private static List<String> elements(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(",")).map(String::trim).toList();
    }

    private static ConfigResource resource(byte type, String name) {
        return new ConfigResource(ConfigResource.Type.forId(type), name);
    }
}
