package io.weir.proxy.group;

import io.weir.kafka.Call;
import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Coordinators;
import io.weir.proxy.routing.Faults;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/**
 * LIST_GROUPS: every coordinator knows its own groups. When one of them cannot say, its error is the answer's, beside
 * the groups that are known: clients ask again.
 */
final class ListGroups implements Handler {
    private final ClusterView view;
    private final Forwarder forwarder;

    ListGroups(ClusterView view, Forwarder forwarder) {
        this.view = view;
        this.forwarder = forwarder;
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(Call call) {
        Set<Integer> coordinators = Coordinators.all(view.image());
        if (coordinators.isEmpty()) {
            return CompletableFuture.completedFuture(new ListGroupsResponseData());
        }
        if (coordinators.size() == 1 && !coordinators.contains(Owners.NONE)) {
            return forwarder.coordinator(coordinators.iterator().next(), call);
        }
        List<CompletableFuture<ListGroupsResponseData>> answers = new ArrayList<>(coordinators.size());
        for (int nodeId : coordinators) {
            answers.add(
                    nodeId == Owners.NONE
                            ? CompletableFuture.completedFuture(failed(Errors.COORDINATOR_NOT_AVAILABLE))
                            : forwarder
                                    .coordinator(nodeId, call)
                                    .handle((answer, failure) -> answer instanceof ListGroupsResponseData data
                                            ? data
                                            : failed(
                                                    failure == null
                                                            ? Errors.UNKNOWN_SERVER_ERROR
                                                            : Faults.errorOf(
                                                                    failure, Errors.COORDINATOR_NOT_AVAILABLE))));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> merge(answers));
    }

    private static ListGroupsResponseData merge(List<CompletableFuture<ListGroupsResponseData>> answers) {
        ListGroupsResponseData merged = new ListGroupsResponseData();
        for (CompletableFuture<ListGroupsResponseData> answer : answers) {
            merged.groups().addAll(answer.join().groups());
            if (merged.errorCode() == Errors.NONE.code()) {
                merged.setErrorCode(answer.join().errorCode());
            }
        }
        return merged;
    }

    private static ListGroupsResponseData failed(Errors error) {
        return new ListGroupsResponseData().setErrorCode(error.code());
    }
}
