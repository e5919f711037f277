package io.weir.kafka.wire;

import io.weir.kafka.node.NodeProtocol;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;

/**
 * Answers ApiVersions: what is served here, at the stable versions of the pinned library. Any thread.
 *
 * <p>Two of Kafka's own concessions come with its classes: Produce is said to start at version 0, though it starts at 3, because
 * librdkafka before 2.8 otherwise takes the broker for one without codecs (KAFKA-18659); and features whose lowest
 * level is 0 are left out below version 4, which older clients cannot read (KAFKA-17492).
 */
final class ApiVersions {
    private static final short FIRST_TAGGED_VERSION = 3;

    private final Set<ApiKeys> served;
    private final Supplier<FeatureLevels> features;
    private final WireConfig.Callers callers;

    ApiVersions(Set<ApiKeys> served, Supplier<FeatureLevels> features, WireConfig.Callers callers) {
        this.served = EnumSet.of(ApiKeys.API_VERSIONS);
        this.served.addAll(served);
        this.features = features;
        this.callers = callers;
    }

    /** The answer, with {@code more} (authentication) served besides. */
    ApiMessage answer(ApiVersionsRequest request, Set<ApiKeys> more) {
        if (request.hasUnsupportedRequestVersion()) {
            return request.getErrorResponse(0, Errors.UNSUPPORTED_VERSION.exception())
                    .data();
        }
        if (!request.isValid()) {
            return request.getErrorResponse(0, Errors.INVALID_REQUEST.exception())
                    .data();
        }
        Set<ApiKeys> all = EnumSet.copyOf(served);
        all.addAll(more);
        FeatureLevels levels = features.get();
        ApiVersionsResponseData answer = new ApiVersionsResponse.Builder()
                .setApiVersions(ApiVersionsResponse.collectApis(ListenerType.BROKER, all, false))
                .setSupportedFeatures(levels.supported())
                .setFinalizedFeatures(levels.finalized())
                .setFinalizedFeaturesEpoch(levels.epoch())
                .setAlterFeatureLevel0(request.version() < 4)
                .build()
                .data();
        if (callers == WireConfig.Callers.NODES && request.version() >= FIRST_TAGGED_VERSION) {
            NodeProtocol.mark(answer);
        }
        return answer;
    }
}
