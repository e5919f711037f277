package io.weir.proxy.fetch;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.server.FetchContext;
import org.jspecify.annotations.Nullable;

/**
 * FETCH: finds out what the client wants, by its session, asks the owners and answers through the session.
 *
 * <p>A request without a session whose partitions have one owner is passed on as it came. With a session, and one
 * owner, the owner is asked once and waits for records as the client would; with several: {@link SplitFetch}.
 */
public final class FetchHandler implements Handler {
    private final ClusterView view;
    private final Forwarder forwarder;
    private final FetchSources sources;
    private final FetchConfig config;
    private final Time time;
    private final FetchSessions sessions;

    /** Sessions live as long as the handler. */
    public FetchHandler(
            ClusterView view,
            Forwarder forwarder,
            FetchSources sources,
            FetchConfig config,
            Time time,
            PrometheusRegistry registry) {
        this.view = view;
        this.forwarder = forwarder;
        this.sources = sources;
        this.config = config;
        this.time = time;
        this.sessions = new FetchSessions(config.sessionSlots(), config.sessionPartitions(), time, registry);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        FetchRequest request = (FetchRequest) call.request();
        if (request.isFromFollower()) {
            throw new InvalidRequestException("No node follows another here: replica " + request.replicaId());
        }
        MetadataImage image = view.image();
        boolean byId = OwnerFetch.isById(request);
        if (FetchSessions.isSessionless(request)) {
            int owner = soleOwner(request.data(), image, byId);
            if (owner != Owners.NONE && sources.isPassedOn(owner)) {
                return forwarder.broker(owner, call);
            }
        }
        Map<Uuid, String> names = byId ? image.topics().topicIdToNameView() : Map.of();
        FetchContext context = sessions.context(request, names);
        List<Wanted> wanted = new ArrayList<>();
        context.foreachPartition((partition, from) -> wanted.add(Wanted.of(image, byId, partition, from, sources)));
        return Relay.<FetchAnswer, FetchResponseData>of(
                fetch(call, wanted),
                (answer, failure) ->
                        sessions.answer(context, wanted, sources.named(call, wanted, answered(answer, failure))),
                Leases::release);
    }

    /** Fetches do not fail for what owners do; what remains is a bug, or that the client is gone. */
    private static FetchAnswer answered(@Nullable FetchAnswer answer, @Nullable Throwable failure) {
        if (answer == null) {
            throw new CompletionException(failure);
        }
        return answer;
    }

    private CompletableFuture<FetchAnswer> fetch(Call call, List<Wanted> wanted) {
        FetchRequestData request = ((FetchRequest) call.request()).data();
        int maxBytes = Math.min(request.maxBytes(), config.maxBytes());
        int minBytes = Math.min(request.minBytes(), maxBytes);
        int owner = soleOwner(wanted);
        return owner == Owners.NONE
                ? new SplitFetch(call, wanted, sources, time, config.splitWait()).start(minBytes, maxBytes)
                : sources.ask(owner, call, wanted, request.maxWaitMs(), minBytes, maxBytes);
    }

    /** The one owner of all, or {@link Owners#NONE} when there are several, or nobody owns one of them. */
    private static int soleOwner(List<Wanted> wanted) {
        int sole = Owners.NONE;
        for (Wanted one : wanted) {
            if (one.isRefused() || (sole != Owners.NONE && sole != one.owner())) {
                return Owners.NONE;
            }
            sole = one.owner();
        }
        return sole;
    }

    private static int soleOwner(FetchRequestData request, MetadataImage image, boolean byId) {
        int sole = Owners.NONE;
        for (FetchTopic topic : request.topics()) {
            TopicImage known = byId
                    ? image.topics().getTopic(topic.topicId())
                    : image.topics().getTopic(topic.topic());
            for (FetchPartition partition : topic.partitions()) {
                int owner = Owners.ownerOf(known, partition.partition());
                if (owner == Owners.NONE || (sole != Owners.NONE && sole != owner)) {
                    return Owners.NONE;
                }
                sole = owner;
            }
        }
        return sole;
    }
}
