package io.weir.proxy.cluster;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.NodeIdentity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;

/** METADATA: nodes and topics, by name, by id or all of them; makes missing topics where that is allowed. */
public final class MetadataHandler implements Handler {
    private static final short FIRST_VERSION_WITH_IDS = 12;
    private static final String JAVA_CLIENT = "apache-kafka-java";

    private final ClusterView view;
    private final ClientEndpoints endpoints;
    private final TopicCreation creation;
    private final NodeIdentity identity;
    private final boolean autoCreate;

    /** @param autoCreate {@code auto.create.topics.enable} */
    public MetadataHandler(
            ClusterView view,
            ClientEndpoints endpoints,
            TopicCreation creation,
            NodeIdentity identity,
            boolean autoCreate) {
        this.view = view;
        this.endpoints = endpoints;
        this.creation = creation;
        this.identity = identity;
        this.autoCreate = autoCreate;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        MetadataRequest request = (MetadataRequest) call.request();
        if (request.isAllTopics()) {
            return CompletableFuture.completedFuture(
                    answer(call, request, new LinkedHashSet<>(view.cache().getAllTopics()), Set.of(), Map.of()));
        }
        Set<String> names = new LinkedHashSet<>();
        Set<Uuid> unknownIds = new LinkedHashSet<>();
        for (MetadataRequestTopic topic : request.data().topics()) {
            resolve(topic, request.version(), names, unknownIds);
        }
        List<String> missing = autoCreate && request.allowAutoTopicCreation()
                ? names.stream().filter(name -> !view.cache().contains(name)).toList()
                : List.of();
        return missing.isEmpty()
                ? CompletableFuture.completedFuture(answer(call, request, names, unknownIds, Map.of()))
                : creation.create(missing, call).thenApply(errors -> answer(call, request, names, unknownIds, errors));
    }

    private void resolve(MetadataRequestTopic topic, short version, Set<String> names, Set<Uuid> unknownIds) {
        boolean byId = !topic.topicId().equals(Uuid.ZERO_UUID);
        if (version < FIRST_VERSION_WITH_IDS && (byId || topic.name() == null)) {
            throw new InvalidRequestException("Topics are asked for by name in version " + version);
        }
        if (byId) {
            view.cache()
                    .getTopicName(topic.topicId())
                    .ifPresentOrElse(names::add, () -> unknownIds.add(topic.topicId()));
        } else if (topic.name() == null) {
            throw new InvalidRequestException("A topic is asked for by neither name nor id");
        } else {
            names.add(topic.name());
        }
    }

    private MetadataResponseData answer(
            Call call, MetadataRequest request, Set<String> names, Set<Uuid> unknownIds, Map<String, Errors> creation) {
        Fronts fronts = endpoints.fronts(call);
        List<Node> alive = fronts.alive();
        MetadataResponseData response = new MetadataResponseData()
                .setClusterId(identity.clusterId())
                .setControllerId(endpoints.controllerId(alive));
        for (Node node : isOfAdministrator(call, request) ? fronts.all(false) : alive) {
            response.brokers()
                    .add(new MetadataResponseBroker()
                            .setNodeId(node.id())
                            .setHost(node.host())
                            .setPort(node.port())
                            .setRack(node.rack()));
        }
        addTopics(request, fronts, names, creation, response);
        for (Uuid id : unknownIds) {
            response.topics()
                    .add(new MetadataResponseTopic()
                            .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code())
                            .setName(null)
                            .setTopicId(id));
        }
        if (request.data().includeClusterAuthorizedOperations()) {
            response.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        if (request.data().includeTopicAuthorizedOperations()) {
            response.topics().forEach(topic -> topic.setTopicAuthorizedOperations(AuthorizedOperations.TOPIC));
        }
        return response;
    }

    private void addTopics(
            MetadataRequest request,
            Fronts fronts,
            Set<String> names,
            Map<String, Errors> creation,
            MetadataResponseData response) {
        MetadataImage image = view.image();
        ToldTopics told = new ToldTopics(image, fronts, request.version());
        Set<String> missing = new LinkedHashSet<>();
        for (String name : names) {
            TopicImage topic = image.topics().getTopic(name);
            if (topic == null) {
                missing.add(name);
            } else {
                response.topics().add(told.topic(topic));
            }
        }
        if (request.isAllTopics()) {
            return;
        }
        for (String name : missing) {
            Errors error = creation.getOrDefault(name, Errors.NONE);
            response.topics()
                    .add(new MetadataResponseTopic()
                            .setErrorCode((error == Errors.NONE ? absence(name) : error).code())
                            .setName(name)
                            .setIsInternal(Topic.isInternal(name)));
        }
    }

    /**
     * Kafka's admin client asks for no topics, and sends what concerns a node to the one of that id. It must know nodes
     * that clients cannot reach, or it waits for them until its time is out. Other clients take two nodes at one
     * address for one.
     */
    private static boolean isOfAdministrator(Call call, MetadataRequest request) {
        return !request.isAllTopics()
                && request.data().topics().isEmpty()
                && call.context().clientInformation.softwareName().equals(JAVA_CLIENT);
    }

    private static Errors absence(String name) {
        try {
            Topic.validate(name);
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        } catch (InvalidTopicException e) {
            return Errors.INVALID_TOPIC_EXCEPTION;
        }
    }
}
