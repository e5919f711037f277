package io.weir.proxy.cluster;

import io.netty.util.ReferenceCounted;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Faults;
import io.weir.proxy.routing.Forwarder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes topics that somebody has asked for before anybody has made them: user topics when they may be made by use, and
 * the internal topic of groups. The controller does it; the answer waits, for a bounded time, until this node sees the
 * topic, so that a client's very first answer has it. Many clients that ask at once are one creation. Any thread.
 */
public final class TopicCreation {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCreation.class);

    /** So that one request stays far below the records that the controller takes in a batch. */
    private static final int MAX_TOPICS_PER_REQUEST = 100;
    /** Topics that are being made at one time for whoever asks; further ones are asked for again by their clients. */
    private static final int MAX_UNDER_WAY = 1_000;

    private final ClusterView view;
    private final Forwarder forwarder;
    private final CreatableTopic offsetsTopic;
    private final Duration wait;
    private final Counter created;
    private final Map<String, CompletableFuture<Errors>> underWay = new ConcurrentHashMap<>();

    /**
     * Registers {@code weir_proxy_auto_created_topics_total}.
     *
     * @param offsetsTopic how the internal topic of groups is made
     * @param wait longest that an answer waits for the topic to be seen
     */
    public TopicCreation(
            ClusterView view,
            Forwarder forwarder,
            CreatableTopic offsetsTopic,
            Duration wait,
            PrometheusRegistry registry) {
        this.view = view;
        this.forwarder = forwarder;
        this.offsetsTopic = offsetsTopic;
        this.wait = wait;
        this.created = Counter.builder()
                .name("weir_proxy_auto_created_topics_total")
                .help("Topics that were made because a client asked for them")
                .register(registry);
    }

    /**
     * Makes what is missing, as much as may be made at one time; the rest is LEADER_NOT_AVAILABLE, upon which clients ask
     * again.
     *
     * @param names of topics that the view does not have
     * @param origin whose request asked for them: they are made in its principal's name
     * @return for each name NONE when the view has it now, else what a client is told; never fails
     */
    public CompletableFuture<Map<String, Errors>> create(Collection<String> names, Call origin) {
        Map<String, CompletableFuture<Errors>> outcomes = new HashMap<>();
        List<CreatableTopic> ours = new ArrayList<>();
        for (String name : names) {
            Errors refusal = refusalOf(name);
            if (refusal != null) {
                outcomes.put(name, CompletableFuture.completedFuture(refusal));
                continue;
            }
            if (ours.size() >= MAX_TOPICS_PER_REQUEST || underWay.size() >= MAX_UNDER_WAY) {
                outcomes.put(
                        name,
                        underWay.getOrDefault(name, CompletableFuture.completedFuture(Errors.LEADER_NOT_AVAILABLE)));
                continue;
            }
            CompletableFuture<Errors> mine = new CompletableFuture<>();
            CompletableFuture<Errors> first = underWay.putIfAbsent(name, mine);
            outcomes.put(name, first == null ? mine : first);
            if (first == null) {
                CompletableFuture<?> _ = mine.whenComplete((error, failure) -> underWay.remove(name, mine));
                ours.add(creatable(name));
            }
        }
        if (!ours.isEmpty()) {
            ask(ours, origin, outcomes);
        }
        return CompletableFuture.allOf(outcomes.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<String, Errors> errors = new HashMap<>();
                    outcomes.forEach((name, outcome) -> errors.put(name, outcome.join()));
                    return errors;
                });
    }

    private static @Nullable Errors refusalOf(String name) {
        try {
            Topic.validate(name);
        } catch (InvalidTopicException e) {
            return Errors.INVALID_TOPIC_EXCEPTION;
        }
        // An internal topic whose role is not here would be made with the wrong settings.
        return Topic.isInternal(name) && !name.equals(Topic.GROUP_METADATA_TOPIC_NAME)
                ? Errors.UNKNOWN_TOPIC_OR_PARTITION
                : null;
    }

    private CreatableTopic creatable(String name) {
        return name.equals(Topic.GROUP_METADATA_TOPIC_NAME)
                ? offsetsTopic.duplicate()
                : new CreatableTopic()
                        .setName(name)
                        .setNumPartitions(CreateTopicsRequest.NO_NUM_PARTITIONS)
                        .setReplicationFactor(CreateTopicsRequest.NO_REPLICATION_FACTOR);
    }

    private void ask(List<CreatableTopic> topics, Call origin, Map<String, CompletableFuture<Errors>> outcomes) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs((int) wait.toMillis());
        List<String> names = topics.stream().map(CreatableTopic::name).toList();
        request.topics().addAll(topics);
        CompletableFuture<? extends ApiMessage> answer;
        try {
            answer = forwarder.controller(createCall(origin, request));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<?> _ = answer.whenComplete((response, failure) -> {
            Map<String, Errors> errors = errorsOf(response, failure);
            for (String name : names) {
                CompletableFuture<Errors> outcome = outcomes.get(name);
                if (outcome != null) {
                    finish(name, errors.getOrDefault(name, Errors.LEADER_NOT_AVAILABLE), outcome);
                }
            }
            if (failure != null) {
                LOG.warn(
                        "event=topics_not_created topics={} first={} reason=\"{}\"",
                        names.size(),
                        names.getFirst(),
                        String.valueOf(Faults.unwrap(failure).getMessage()));
            }
        });
    }

    private static Map<String, Errors> errorsOf(@Nullable ApiMessage response, @Nullable Throwable failure) {
        Map<String, Errors> errors = new HashMap<>();
        if (failure == null && response instanceof CreateTopicsResponseData data) {
            data.topics().forEach(topic -> errors.put(topic.name(), Errors.forCode(topic.errorCode())));
        }
        return errors;
    }

    private void finish(String name, Errors error, CompletableFuture<Errors> outcome) {
        switch (error) {
            case NONE, TOPIC_ALREADY_EXISTS -> {
                if (error == Errors.NONE) {
                    created.inc();
                    LOG.info("event=topic_auto_created topic={}", name);
                }
                CompletableFuture<?> _ = view.when(image -> image.topics().getTopic(name) != null, wait)
                        .whenComplete((image, late) ->
                                outcome.complete(late == null ? Errors.NONE : Errors.LEADER_NOT_AVAILABLE));
            }
            // Clients wait and ask for the metadata again.
            default ->
                outcome.complete(error.exception() instanceof RetriableException ? Errors.LEADER_NOT_AVAILABLE : error);
        }
    }

    private static Call createCall(Call origin, CreateTopicsRequestData request) {
        short version = ApiKeys.CREATE_TOPICS.latestVersion();
        RequestContext from = origin.context();
        RequestContext context = new RequestContext(
                new RequestHeader(ApiKeys.CREATE_TOPICS, version, from.clientId(), from.correlationId()),
                from.connectionId,
                from.clientAddress,
                from.clientPort,
                from.principal,
                from.listenerName,
                from.securityProtocol,
                from.clientInformation,
                from.fromPrivilegedListener,
                from.principalSerde);
        ReferenceCounted frame = origin.frame();
        return new Call(context, new CreateTopicsRequest(request, version), origin.localAddress(), frame);
    }
}
