package io.weir.controller;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResultCollection;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.apache.kafka.controller.Controller;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.controller.ResultOrError;
import org.jspecify.annotations.Nullable;

/**
 * One DeleteTopics request: topics are named or given by id; each gets an answer, also those that are named twice,
 * both ways, or not at all. Lives for one request.
 */
final class TopicDeletion {
    private final Controller controller;
    private final ControllerRequestContext context;
    private final List<DeletableTopicResult> results = new ArrayList<>();

    TopicDeletion(Controller controller, ControllerRequestContext context) {
        this.controller = controller;
        this.context = context;
    }

    CompletableFuture<DeletableTopicResultCollection> delete(List<DeleteTopicState> topics) {
        Set<String> names = new HashSet<>();
        Set<Uuid> ids = new HashSet<>();
        Set<String> namesTwice = new HashSet<>();
        Set<Uuid> idsTwice = new HashSet<>();
        for (DeleteTopicState topic : topics) {
            boolean named = topic.name() != null;
            boolean identified = !topic.topicId().equals(Uuid.ZERO_UUID);
            if (named && identified) {
                refuse(topic.name(), topic.topicId(), "You may not specify both topic name and topic id.");
            } else if (!named && !identified) {
                refuse(null, Uuid.ZERO_UUID, "Neither topic name nor id were specified.");
            } else if (named) {
                note(topic.name(), names, namesTwice);
            } else {
                note(topic.topicId(), ids, idsTwice);
            }
        }
        names.removeAll(namesTwice);
        ids.removeAll(idsTwice);
        namesTwice.forEach(name -> refuse(name, Uuid.ZERO_UUID, "Duplicate topic name."));
        idsTwice.forEach(id -> refuse(null, id, "Duplicate topic id."));
        return controller
                .findTopicIds(context, names)
                .thenCombine(controller.findTopicNames(context, ids), this::resolve)
                .thenCompose(this::deleteResolved);
    }

    private static <T> void note(T item, Set<T> once, Set<T> twice) {
        if (!once.add(item)) {
            twice.add(item);
        }
    }

    private Map<Uuid, String> resolve(Map<String, ResultOrError<Uuid>> byName, Map<Uuid, ResultOrError<String>> byId) {
        Map<Uuid, String> found = new LinkedHashMap<>();
        Map<Uuid, String> alsoNamed = new HashMap<>();
        byName.forEach((name, id) -> {
            if (id.isError()) {
                add(name, Uuid.ZERO_UUID, id.error());
            } else {
                alsoNamed.put(id.result(), name);
            }
        });
        byId.forEach((id, name) -> {
            if (name.isError()) {
                add(null, id, name.error());
            } else if (alsoNamed.remove(id) != null) {
                refuse(name.result(), id, "The provided topic name maps to an ID that was already supplied.");
            } else {
                found.put(id, name.result());
            }
        });
        found.putAll(alsoNamed);
        return found;
    }

    private CompletableFuture<DeletableTopicResultCollection> deleteResolved(Map<Uuid, String> found) {
        return controller.deleteTopics(context, found.keySet()).thenApply(deleted -> {
            deleted.forEach((id, error) -> add(found.get(id), id, error));
            DeletableTopicResultCollection all = new DeletableTopicResultCollection();
            results.forEach(all::add);
            return all;
        });
    }

    private void refuse(@Nullable String name, Uuid id, String message) {
        add(name, id, new ApiError(Errors.INVALID_REQUEST, message));
    }

    private void add(@Nullable String name, Uuid id, ApiError error) {
        results.add(new DeletableTopicResult()
                .setName(name)
                .setTopicId(id)
                .setErrorCode(error.error().code())
                .setErrorMessage(error.message()));
    }
}
