package io.weir.proxy.group;

import io.weir.proxy.routing.Divisible;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResultCollection;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.DeleteGroupsRequest;

/** DELETE_GROUPS by coordinator. */
final class DeleteGroups implements Divisible<String, DeletableGroupResult> {
    @Override
    public List<String> items(AbstractRequest request) {
        return ((DeleteGroupsRequest) request).data().groupsNames();
    }

    @Override
    public Object key(String groupId) {
        return groupId;
    }

    @Override
    public boolean isAnsweredOnce() {
        return true;
    }

    @Override
    public AbstractRequest part(AbstractRequest request, List<String> groupIds) {
        return new DeleteGroupsRequest(new DeleteGroupsRequestData().setGroupsNames(groupIds), request.version());
    }

    @Override
    public void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, DeletableGroupResult> sink) {
        ((DeleteGroupsResponseData) answer).results().forEach(group -> sink.accept(group.groupId(), group));
    }

    @Override
    public DeletableGroupResult failed(String groupId, Errors error) {
        return new DeletableGroupResult().setGroupId(groupId).setErrorCode(error.code());
    }

    @Override
    public ApiMessage whole(AbstractRequest request, List<String> groupIds, List<DeletableGroupResult> results) {
        DeletableGroupResultCollection collection = new DeletableGroupResultCollection();
        // An element knows the collection that it is in, and cannot be in the part's answer and in this one.
        results.forEach(result -> collection.add(result.duplicate()));
        return new DeleteGroupsResponseData().setResults(collection);
    }
}
