package io.weir.controller;

import io.weir.kafka.Call;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicCollection;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.controller.Controller;

/** CreateTopics, DeleteTopics and CreatePartitions. Any thread. */
final class TopicRequests {
    private final Controller controller;
    private final Contexts contexts;
    private final boolean mayDelete;

    TopicRequests(Controller controller, Contexts contexts, boolean mayDelete) {
        this.controller = controller;
        this.contexts = contexts;
        this.mayDelete = mayDelete;
    }

    CompletableFuture<? extends ApiMessage> create(Call call) {
        CreateTopicsRequestData request =
                (CreateTopicsRequestData) call.request().data();
        Set<String> twice = Duplicates.of(request.topics(), CreatableTopic::name);
        List<CreatableTopicResult> refused = new ArrayList<>();
        CreatableTopicCollection accepted = new CreatableTopicCollection();
        Set<String> names = new HashSet<>();
        for (CreatableTopic topic : request.topics()) {
            if (twice.contains(topic.name())) {
                if (names.add(topic.name())) {
                    refused.add(result(topic.name(), Errors.INVALID_REQUEST, "Duplicate topic name."));
                }
            } else if (topic.name().equals(Topic.CLUSTER_METADATA_TOPIC_NAME)) {
                refused.add(result(
                        topic.name(),
                        Errors.INVALID_REQUEST,
                        "Creation of internal topic " + topic.name() + " is prohibited."));
            } else {
                names.add(topic.name());
                accepted.add(placed(topic.duplicate()));
            }
        }
        CreateTopicsRequestData checked = request.duplicate().setTopics(accepted);
        return controller
                .createTopics(contexts.of(call, request.timeoutMs()), checked, names, true)
                .thenApply(response -> {
                    CreateTopicsResponseData all = response;
                    refused.forEach(all.topics()::add);
                    return all;
                });
    }

    /** A replication factor that makes sense is taken as advice and becomes the role; nonsense stays an error. */
    private static CreatableTopic placed(CreatableTopic topic) {
        boolean sensible = topic.replicationFactor() == -1 || topic.replicationFactor() > 0;
        return topic.assignments().isEmpty() && sensible
                ? topic.setReplicationFactor(Placement.of(topic.name()).code())
                : topic;
    }

    private static CreatableTopicResult result(String name, Errors error, String message) {
        return new CreatableTopicResult()
                .setName(name)
                .setErrorCode(error.code())
                .setErrorMessage(message)
                .setTopicConfigErrorCode(Errors.NONE.code());
    }

    CompletableFuture<? extends ApiMessage> delete(Call call) {
        if (!mayDelete) {
            // Clients before version 3 do not know the better error.
            Errors error = call.version() < 3 ? Errors.INVALID_REQUEST : Errors.TOPIC_DELETION_DISABLED;
            return CompletableFuture.failedFuture(error.exception());
        }
        DeleteTopicsRequest request = (DeleteTopicsRequest) call.request();
        return new TopicDeletion(controller, contexts.of(call, request.data().timeoutMs()))
                .delete(request.topics())
                .thenApply(results -> new DeleteTopicsResponseData().setResponses(results));
    }

    CompletableFuture<? extends ApiMessage> createPartitions(Call call) {
        CreatePartitionsRequestData request =
                (CreatePartitionsRequestData) call.request().data();
        Set<String> twice = Duplicates.of(request.topics(), CreatePartitionsTopic::name);
        List<CreatePartitionsTopic> accepted = new ArrayList<>();
        List<CreatePartitionsTopicResult> refused = new ArrayList<>();
        for (String name : twice) {
            refused.add(partitionsResult(name, Errors.INVALID_REQUEST, "Duplicate topic name."));
        }
        for (CreatePartitionsTopic topic : request.topics()) {
            if (twice.contains(topic.name())) {
                continue;
            }
            if (Placement.of(topic.name()) == Placement.COORDINATOR) {
                refused.add(partitionsResult(
                        topic.name(),
                        Errors.INVALID_REQUEST,
                        "The number of partitions of " + topic.name()
                                + " cannot be changed: coordinators find their state by it."));
            } else {
                accepted.add(topic);
            }
        }
        return controller
                .createPartitions(contexts.of(call, request.timeoutMs()), accepted, request.validateOnly())
                .thenApply(results -> {
                    List<CreatePartitionsTopicResult> all = new ArrayList<>(results);
                    all.addAll(refused);
                    return new CreatePartitionsResponseData().setResults(all);
                });
    }

    private static CreatePartitionsTopicResult partitionsResult(String name, Errors error, String message) {
        return new CreatePartitionsTopicResult()
                .setName(name)
                .setErrorCode(error.code())
                .setErrorMessage(message);
    }
}
