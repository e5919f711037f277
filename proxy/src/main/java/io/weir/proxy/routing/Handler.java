package io.weir.proxy.routing;

import io.weir.kafka.Call;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * Takes one kind of request, under the rules of {@link io.weir.kafka.Service#call}: any thread, no blocking. Unlike
 * there, an exception may be thrown; it becomes a failed future.
 */
@FunctionalInterface
public interface Handler {
    /** The response's data, or null inside when no answer is due. */
    CompletableFuture<? extends ApiMessage> handle(Call call);
}
