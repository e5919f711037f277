package io.weir.controller;

import io.weir.kafka.Call;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.controller.Controller;

/** AlterConfigs and IncrementalAlterConfigs: one answer a resource, in the order of the request. Any thread. */
final class ConfigRequests {
    private static final ApiError DUPLICATE =
            new ApiError(Errors.INVALID_REQUEST, "Each resource must appear at most once.");

    private final Controller controller;
    private final Contexts contexts;

    ConfigRequests(Controller controller, Contexts contexts) {
        this.controller = controller;
        this.contexts = contexts;
    }

    CompletableFuture<? extends ApiMessage> alter(Call call) {
        AlterConfigsRequestData request =
                (AlterConfigsRequestData) call.request().data();
        Map<ConfigResource, ApiError> results = new LinkedHashMap<>();
        Map<ConfigResource, Map<String, String>> changes = new LinkedHashMap<>();
        Set<ConfigResource> twice =
                Duplicates.of(request.resources(), each -> resource(each.resourceType(), each.resourceName()));
        for (AlterConfigsResource each : request.resources()) {
            ConfigResource resource = resource(each.resourceType(), each.resourceName());
            results.put(resource, ApiError.NONE);
            if (twice.contains(resource)) {
                results.put(resource, DUPLICATE);
                continue;
            }
            Map<String, String> settings = new HashMap<>();
            Set<String> empty = new TreeSet<>();
            each.configs().forEach(config -> {
                if (config.value() == null) {
                    empty.add(config.name());
                } else {
                    settings.put(config.name(), config.value());
                }
            });
            ApiError error = problem(empty, Duplicates.of(each.configs(), config -> config.name()), Set.of());
            if (error.isFailure()) {
                results.put(resource, error);
            } else {
                changes.put(resource, settings);
            }
        }
        return controller
                .legacyAlterConfigs(contexts.of(call), changes, request.validateOnly(), true)
                .thenApply(altered -> {
                    results.putAll(altered);
                    AlterConfigsResponseData response = new AlterConfigsResponseData();
                    results.forEach((resource, error) -> response.responses()
                            .add(new AlterConfigsResourceResponse()
                                    .setResourceType(resource.type().id())
                                    .setResourceName(resource.name())
                                    .setErrorCode(error.error().code())
                                    .setErrorMessage(error.message())));
                    return response;
                });
    }

    CompletableFuture<? extends ApiMessage> alterIncrementally(Call call) {
        IncrementalAlterConfigsRequestData request =
                (IncrementalAlterConfigsRequestData) call.request().data();
        Map<ConfigResource, ApiError> results = new LinkedHashMap<>();
        Map<ConfigResource, Map<String, Map.Entry<OpType, String>>> changes = new LinkedHashMap<>();
        Set<ConfigResource> twice =
                Duplicates.of(request.resources(), each -> resource(each.resourceType(), each.resourceName()));
        for (IncrementalAlterConfigsRequestData.AlterConfigsResource each : request.resources()) {
            ConfigResource resource = resource(each.resourceType(), each.resourceName());
            results.put(resource, ApiError.NONE);
            if (twice.contains(resource)) {
                results.put(resource, DUPLICATE);
                continue;
            }
            Map<String, Map.Entry<OpType, String>> settings = new HashMap<>();
            ApiError error = operations(each, settings);
            if (error.isFailure()) {
                results.put(resource, error);
            } else {
                changes.put(resource, settings);
            }
        }
        return controller
                .incrementalAlterConfigs(contexts.of(call), changes, request.validateOnly(), true)
                .thenApply(altered -> {
                    results.putAll(altered);
                    IncrementalAlterConfigsResponseData response = new IncrementalAlterConfigsResponseData();
                    results.forEach((resource, error) -> response.responses()
                            .add(new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse()
                                    .setResourceType(resource.type().id())
                                    .setResourceName(resource.name())
                                    .setErrorCode(error.error().code())
                                    .setErrorMessage(error.message())));
                    return response;
                });
    }

    private static ApiError operations(
            IncrementalAlterConfigsRequestData.AlterConfigsResource resource,
            Map<String, Map.Entry<OpType, String>> settings) {
        Set<String> empty = new TreeSet<>();
        Set<Byte> unknown = new TreeSet<>();
        for (AlterableConfig config : resource.configs()) {
            OpType operation = OpType.forId(config.configOperation());
            if (operation == null) {
                unknown.add(config.configOperation());
            } else if (config.value() == null && operation != OpType.DELETE) {
                empty.add(config.name());
            } else {
                settings.put(config.name(), new SimpleImmutableEntry<>(operation, config.value()));
            }
        }
        return problem(empty, Duplicates.of(resource.configs(), AlterableConfig::name), unknown);
    }

    private static ApiError problem(Set<String> empty, Set<String> twice, Set<Byte> unknown) {
        if (!twice.isEmpty()) {
            return new ApiError(
                    Errors.INVALID_REQUEST, "Error due to duplicate config keys: " + String.join(",", twice));
        }
        if (!empty.isEmpty()) {
            return new ApiError(Errors.INVALID_REQUEST, "Null value not supported for: " + String.join(",", empty));
        }
        if (!unknown.isEmpty()) {
            return new ApiError(Errors.INVALID_REQUEST, "Unknown config operation: " + unknown);
        }
        return ApiError.NONE;
    }

    private static ConfigResource resource(byte type, String name) {
        return new ConfigResource(ConfigResource.Type.forId(type), name == null ? "" : name);
    }
}
