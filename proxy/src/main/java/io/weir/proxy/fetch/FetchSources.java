package io.weir.proxy.fetch;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.cluster.LeaderHints;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Owners;
import io.weir.proxy.tail.TailRequest;
import io.weir.proxy.tail.Tails;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a fetch come from: partitions of this node from its own broker; those of others from their tails
 * here, or from their owners where tails are turned off or a consumer asks what only the owner can say. Any thread.
 */
public final class FetchSources {
    /** In the place of an owner: the tails, which find the owners themselves. */
    static final int TAILS = -2;

    private final ClusterView view;
    private final Forwarder forwarder;
    private final int ownNodeId;
    private final Optional<Tails> tails;
    private final LeaderHints hints;

    /**
     * @param tails empty: every owner is asked directly
     * @param hints names the present leader in answers that say that there is another
     */
    public FetchSources(
            ClusterView view, Forwarder forwarder, int ownNodeId, Optional<Tails> tails, LeaderHints hints) {
        this.view = view;
        this.forwarder = forwarder;
        this.ownNodeId = ownNodeId;
        this.tails = tails;
        this.hints = hints;
    }

    /** Who is asked for a partition of this owner. */
    int asked(int owner, FetchRequest.PartitionData from) {
        boolean remote = owner != Owners.NONE && owner != ownNodeId && tails.isPresent();
        return remote && from.lastFetchedEpoch.isEmpty() ? TAILS : owner;
    }

    /** Whether requests for partitions of this owner may go to it as they came. */
    boolean isPassedOn(int owner) {
        return tails.isEmpty() || owner == ownNodeId;
    }

    /** Asks; the future never fails: whoever does is an error for each partition. It may be cancelled. */
    CompletableFuture<FetchAnswer> ask(
            int source, Call call, List<Wanted> wanted, int maxWaitMs, int minBytes, int maxBytes) {
        return source == TAILS
                ? askTails(call, wanted, maxWaitMs, minBytes, maxBytes)
                : OwnerFetch.ask(forwarder, source, call, wanted, maxWaitMs, minBytes, maxBytes);
    }

    private CompletableFuture<FetchAnswer> askTails(
            Call call, List<Wanted> wanted, int maxWaitMs, int minBytes, int maxBytes) {
        FetchRequest request = (FetchRequest) call.request();
        boolean byId = OwnerFetch.isById(request);
        MetadataImage image = view.image();
        List<TailRequest> requests = new ArrayList<>(wanted.size());
        for (Wanted one : wanted) {
            TopicImage topic = Wanted.topicOf(image, byId, one.partition());
            int partition = one.partition().partition();
            requests.add(new TailRequest(
                    topic == null
                            ? one.partition()
                            : new TopicIdPartition(topic.id(), partition, topic.name()),
                    one.from().fetchOffset,
                    one.from().maxBytes,
                    one.from().currentLeaderEpoch));
        }
        return Relay.<List<PartitionData>, FetchAnswer>of(
                tails.orElseThrow().fetch(requests, isolation(request.data()), maxWaitMs, minBytes, maxBytes),
                (results, failure) -> new FetchAnswer(results(results, failure), List.of()),
                late -> Leases.release(late.results()));
    }

    private static List<PartitionData> results(@Nullable List<PartitionData> results, @Nullable Throwable failure) {
        if (results == null) {
            throw new CompletionException(failure);
        }
        return results;
    }

    private static IsolationLevel isolation(FetchRequestData request) {
        try {
            return IsolationLevel.forId(request.isolationLevel());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("There is no isolation level " + request.isolationLevel(), e);
        }
    }

    /** The answer with the leaders that this client may go to, in place of those that owners know of. */
    FetchAnswer named(Call call, List<Wanted> wanted, FetchAnswer answer) {
        List<Node> leaders = List.of();
        MetadataImage image = view.image();
        boolean byId = OwnerFetch.isById((FetchRequest) call.request());
        for (int i = 0; i < wanted.size(); i++) {
            PartitionData result = answer.results().get(i);
            boolean moved = result.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()
                    || result.errorCode() == Errors.FENCED_LEADER_EPOCH.code();
            if (moved) {
                TopicImage topic = Wanted.topicOf(image, byId, wanted.get(i).partition());
                int partition = wanted.get(i).partition().partition();
                PartitionRegistration owned =
                        topic == null ? null : topic.partitions().get(partition);
                Node leader = topic == null || owned == null ? null : hints.of(call, topic.id(), partition, owned);
                LeaderIdAndEpoch current = new LeaderIdAndEpoch();
                if (leader != null && owned != null) {
                    current.setLeaderId(leader.id()).setLeaderEpoch(owned.leaderEpoch);
                    leaders = leaders.isEmpty() ? new ArrayList<>() : leaders;
                    leaders.add(leader);
                }
                result.setCurrentLeader(current);
            }
        }
        return new FetchAnswer(answer.results(), leaders.stream().distinct().toList());
    }
}
