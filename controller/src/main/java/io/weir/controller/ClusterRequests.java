package io.weir.controller;

import io.weir.kafka.Call;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterClientQuotasRequest;
import org.apache.kafka.common.requests.AlterClientQuotasResponse;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.common.ShareVersion;
import org.apache.kafka.server.common.StreamsVersion;

/** What holds for the whole cluster: quotas and features. Any thread. */
final class ClusterRequests {
    private static final Map<String, String> OFF = Map.of(
            EligibleLeaderReplicasVersion.FEATURE_NAME,
            "all owners of a partition read the same stored bytes, so every one of them is eligible.",
            ShareVersion.FEATURE_NAME,
            "there are no share groups here.",
            StreamsVersion.FEATURE_NAME,
            "there are no streams groups here.",
            KRaftVersion.FEATURE_NAME,
            "who votes is said by controller.quorum.voters on every node.");

    private final Controller controller;
    private final Contexts contexts;

    ClusterRequests(Controller controller, Contexts contexts) {
        this.controller = controller;
        this.contexts = contexts;
    }

    CompletableFuture<? extends ApiMessage> alterQuotas(Call call) {
        AlterClientQuotasRequest request = (AlterClientQuotasRequest) call.request();
        return controller
                .alterClientQuotas(contexts.of(call), request.entries(), request.validateOnly())
                .thenApply(results ->
                        AlterClientQuotasResponse.fromQuotaEntities(results, 0).data());
    }

    CompletableFuture<? extends ApiMessage> updateFeatures(Call call) {
        UpdateFeaturesRequestData request =
                (UpdateFeaturesRequestData) call.request().data();
        for (FeatureUpdateKey update : request.featureUpdates()) {
            String reason = OFF.get(update.feature());
            if (reason != null && update.maxVersionLevel() > 0) {
                return CompletableFuture.completedFuture(new UpdateFeaturesResponseData()
                        .setErrorCode(Errors.INVALID_UPDATE_VERSION.code())
                        .setErrorMessage(update.feature() + " stays as it is: " + reason));
            }
        }
        return controller.updateFeatures(contexts.of(call, request.timeoutMs()), request);
    }
}
