package io.weir.proxy.produce;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.cluster.LeaderHints;
import io.weir.proxy.routing.Faults;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Owners;
import io.weir.proxy.routing.RetryConfig;
import io.weir.proxy.routing.Wakeups;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.server.util.timer.TimerTask;
import org.jspecify.annotations.Nullable;

/**
 * Requests with several owners, and records that an owner has refused or that wait for one. What may be sent again is
 * sent again, in its partition's order, until it is taken or the client's time is nearly out; {@link Verdict} says what
 * may. Any thread: that of a connection, of an answer, of the timer or of the metadata.
 */
public final class Resending {
    private final Produce api = new Produce();
    private final ClusterView view;
    private final Forwarder forwarder;
    private final Lanes lanes;
    private final Parts parts;
    private final Verdict verdict;
    private final Wakeups wakeups;
    private final Set<Lane> blocked = ConcurrentHashMap.newKeySet();
    private final Counter sentAgain;
    private final Counter givenUp;

    /**
     * What it is made of.
     *
     * @param ownNodeId partitions that only this node can own are never waited for
     * @param hints names the present leader in answers that say that there is another
     */
    public record Parts(
            int ownNodeId,
            LeaderHints hints,
            RetryConfig config,
            Time time,
            Timer timer,
            PrometheusRegistry registry) {}

    /** Registers {@code weir_proxy_produce_...}. */
    Resending(ClusterView view, Forwarder forwarder, Lanes lanes, Parts parts) {
        this.view = view;
        this.forwarder = forwarder;
        this.lanes = lanes;
        this.parts = parts;
        this.verdict = new Verdict(parts.ownNodeId());
        this.wakeups = new Wakeups(view, parts.timer(), this::wake);
        this.sentAgain = Counter.builder()
                .name("weir_proxy_produce_sent_again_total")
                .help("Partitions' records that were sent again because their owner moved or was away")
                .register(parts.registry());
        this.givenUp = Counter.builder()
                .name("weir_proxy_produce_given_up_total")
                .help("Partitions' records that no owner took in time: clients were told")
                .register(parts.registry());
        GaugeWithCallback.builder()
                .name("weir_proxy_produce_blocked_partitions")
                .help("Partitions whose records wait for an owner now")
                .callback(gauge -> gauge.call(blocked.size()))
                .register(parts.registry());
    }

    /** A new request whose partitions do not all go to one owner at once. */
    CompletableFuture<? extends ApiMessage> takeApart(Call call, MetadataImage image, long order) {
        PartedProduce parted = new PartedProduce(api, call, deadlineMs(call));
        Set<Lane> entered = new LinkedHashSet<>();
        for (int i = 0; i < parted.size(); i++) {
            ProduceItem item = parted.item(i);
            TopicImage topic = item.topic(image);
            int index = item.partition().index();
            PartitionRegistration owned =
                    topic == null ? null : topic.partitions().get(index);
            if (topic == null || owned == null) {
                parted.complete(i, api.failed(item, item.absence(topic)));
            } else if (owned.leader < 0 && !Owners.mayMove(owned, parts.ownNodeId())) {
                parted.complete(i, api.failed(item, Errors.NOT_LEADER_OR_FOLLOWER));
            } else {
                Held held = new Held(parted, i, lanes.of(topic, index, image.topics()), order);
                parted.hold(held);
                held.lane().add(held);
                entered.add(held.lane());
            }
        }
        parted.answerIfEmpty();
        pump(entered);
        limit(parted);
        return parted.future();
    }

    /** A request that went to its owner as a whole and did not succeed as a whole. */
    void takeApart(DirectProduce direct, @Nullable ApiMessage answer, @Nullable Throwable failure) {
        PartedProduce parted = new PartedProduce(api, direct.request(), deadlineMs(direct.request()));
        List<Held> all = new ArrayList<>(parted.size());
        for (int i = 0; i < parted.size(); i++) {
            Held held = new Held(parted, i, direct.lane(i), direct.order());
            PartitionRegistration owned = owned(direct.image(), direct.lane(i));
            held.epoch = owned == null ? held.epoch : owned.leaderEpoch;
            parted.hold(held);
            all.add(held);
        }
        CompletableFuture<?> _ = parted.future().whenComplete((whole, refusal) -> {
            if (refusal == null) {
                direct.complete(whole);
            } else {
                direct.completeExceptionally(refusal);
            }
        });
        settle(all, answer, failure);
        limit(parted);
    }

    private long deadlineMs(Call call) {
        long bound = parts.config().produceBound().toMillis();
        int timeoutMs = ((ProduceRequest) call.request()).timeout();
        return parts.time().milliseconds() + Math.clamp(timeoutMs, 0, bound);
    }

    /** What still waits when the time is out is given up. */
    private void limit(PartedProduce parted) {
        if (parted.future().isDone()) {
            return;
        }
        long leftMs = Math.max(1, parted.deadlineMs() - parts.time().milliseconds());
        TimerTask task = new TimerTask(leftMs) {
            @Override
            public void run() {
                for (Held held : parted.open()) {
                    if (held.lane().remove(held)) {
                        giveUp(held, held.why);
                    }
                }
            }
        };
        if (parted.setDeadline(task)) {
            parts.timer().add(task);
        }
    }

    private void wake() {
        List<Lane> woken = new ArrayList<>(blocked);
        blocked.removeAll(woken);
        pump(woken);
    }

    /** Sends what may be sent in the lane now. */
    void pump(Lane lane) {
        pump(List.of(lane));
    }

    private void pump(Collection<Lane> all) {
        List<Lane> mine = new ArrayList<>(all.size());
        for (Lane lane : all) {
            if (lane.beginDraining()) {
                mine.add(lane);
            }
        }
        while (!mine.isEmpty()) {
            Map<Target, List<Held>> round = LinkedHashMap.newLinkedHashMap(mine.size());
            MetadataImage image = view.image();
            long nowMs = parts.time().milliseconds();
            for (Iterator<Lane> each = mine.iterator(); each.hasNext(); ) {
                Lane lane = each.next();
                PartitionRegistration owned = owned(image, lane);
                Held next = owned == null ? null : lane.next(owned, nowMs);
                if (owned == null) {
                    each.remove();
                    lane.endDraining();
                    lane.removeAll().forEach(held -> finish(held, held.item().absence(null)));
                } else if (next == null) {
                    each.remove();
                    block(lane, image);
                } else {
                    round.computeIfAbsent(new Target(next.request(), owned.leader), _ -> new ArrayList<>())
                            .add(next);
                }
            }
            round.forEach((target, group) -> send(target, group));
        }
    }

    private void block(Lane lane, MetadataImage image) {
        if (lane.isBlocked()) {
            blocked.add(lane);
            wakeups.after(image, parts.config().firstPause().toMillis());
        }
    }

    /** Partitions of one request that have one owner go together. */
    private record Target(PartedProduce request, int owner) {}

    private void send(Target target, List<Held> group) {
        PartedProduce request = target.request();
        List<ProduceItem> items = new ArrayList<>(group.size());
        boolean untouched = group.size() == request.size();
        for (Held held : group) {
            ProduceItem asSent = held.asSent();
            untouched &= asSent.equals(held.item());
            items.add(asSent);
        }
        Call call = request.call();
        CompletableFuture<? extends ApiMessage> answer;
        try {
            answer = forwarder.broker(
                    target.owner(), untouched ? call : call.with(api.part(call.request(), items)));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<?> _ = answer.whenComplete((data, failure) -> settle(group, data, failure));
    }

    private void settle(List<Held> group, @Nullable ApiMessage answer, @Nullable Throwable failure) {
        Map<Object, ProduceResult> results = new HashMap<>();
        if (failure == null && answer != null) {
            api.results(group.getFirst().request().call().request(), answer, results::put);
        }
        List<Lane> left = new ArrayList<>(group.size());
        for (Held held : group) {
            ProduceItem item = held.item();
            ProduceResult result;
            if (failure != null) {
                result = api.failed(item, Faults.errorOf(failure, Errors.NOT_LEADER_OR_FOLLOWER));
            } else if (answer == null) {
                result = api.unanswered(item);
            } else {
                result = results.getOrDefault(item.key(), api.failed(item, Errors.UNKNOWN_SERVER_ERROR));
            }
            settle(held, result, failure);
            left.add(held.lane());
        }
        pump(left);
    }

    private void settle(Held held, ProduceResult result, @Nullable Throwable failure) {
        Errors error = Errors.forCode(result.partition().errorCode());
        PartitionRegistration owned = owned(view.image(), held.lane());
        boolean again = error != Errors.NONE && verdict.isSentAgain(held, error, failure, owned);
        if (!again) {
            held.lane().answered(held, failure == null);
            complete(held, result);
            return;
        }
        held.why = error;
        long nowMs = parts.time().milliseconds();
        if (nowMs < held.request().deadlineMs()) {
            sentAgain.inc();
            held.lane().refused(held, nowMs, parts.config());
        } else {
            held.lane().answered(held, false);
            giveUp(held, error);
        }
    }

    /** The client is told, also of what it has sent behind: that must not overtake when it is sent again. */
    private void giveUp(Held held, Errors error) {
        finish(held, error);
        held.lane().removeBehind(held).forEach(behind -> finish(behind, error));
    }

    private void finish(Held held, Errors error) {
        givenUp.inc();
        complete(held, api.failed(held.item(), error));
    }

    private void complete(Held held, ProduceResult result) {
        boolean moved = result.partition().errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code();
        PartitionRegistration owned = moved ? owned(view.image(), held.lane()) : null;
        held.request()
                .complete(
                        held.index(),
                        owned == null
                                ? result
                                : result.naming(
                                        parts.hints()
                                                .of(
                                                        held.request().call(),
                                                        held.lane().topicId(),
                                                        held.lane().partition(),
                                                        owned),
                                        owned.leaderEpoch));
    }

    private static @Nullable PartitionRegistration owned(MetadataImage image, Lane lane) {
        TopicImage topic = image.topics().getTopic(lane.topicId());
        return topic == null ? null : topic.partitions().get(lane.partition());
    }
}
