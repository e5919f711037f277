package io.weir.kafka.wire;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who answers a request, and an answer where nobody can. Shared by all connections of a listener; any thread. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Service service;
    private final Set<ApiKeys> served;
    private final ApiVersions apiVersions;
    private final LogLimiter notServed;
    private final LogLimiter failed;

    Dispatcher(Service service, Supplier<FeatureLevels> features, WireConfig.Callers callers, Time time) {
        this.service = service;
        this.served = EnumSet.noneOf(ApiKeys.class);
        this.served.addAll(service.apis());
        this.apiVersions = new ApiVersions(served, features, callers);
        this.notServed = new LogLimiter(time);
        this.failed = new LogLimiter(time);
    }

    /** Hands the call to whom it concerns. Never throws: whatever goes wrong fails the future. */
    CompletableFuture<? extends ApiMessage> call(Call call, Authenticator authenticator) {
        try {
            ApiKeys api = call.api();
            if (call.request() instanceof ApiVersionsRequest request) {
                return CompletableFuture.completedFuture(apiVersions.answer(request, authenticator.apis()));
            }
            if (authenticator.apis().contains(api)) {
                return authenticator.call(call);
            }
            if (served.contains(api)) {
                return service.call(call);
            }
            notServed.log(leftOut -> LOG.info(
                    "Answered UNSUPPORTED_VERSION: the api is not served here; api={} version={} connection={} client={} leftOut={}",
                    api,
                    call.version(),
                    call.context().connectionId(),
                    call.context().clientInformation,
                    leftOut));
            return CompletableFuture.failedFuture(new UnsupportedVersionException(api + " is not served here"));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The answer to a request that failed, or null when its form has none. */
    @Nullable
    ApiMessage failureAnswer(Exchange exchange, Throwable failure) {
        Throwable cause = Answers.forClient(failure);
        if (Errors.forException(cause) == Errors.UNKNOWN_SERVER_ERROR) {
            failed.log(leftOut -> LOG.error(
                    "Request failed; api={} version={} connection={} leftOut={}",
                    exchange.api(),
                    exchange.context().apiVersion(),
                    exchange.context().connectionId(),
                    leftOut,
                    failure));
        }
        try {
            AbstractResponse response = exchange.request().getErrorResponse(0, cause);
            return response == null ? null : response.data();
        } catch (RuntimeException e) {
            failed.log(leftOut -> LOG.error(
                    "No error answer could be made; api={} connection={} leftOut={}",
                    exchange.api(),
                    exchange.context().connectionId(),
                    leftOut,
                    e));
            return null;
        }
    }
}
