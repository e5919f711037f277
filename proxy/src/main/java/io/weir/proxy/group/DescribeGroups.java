package io.weir.proxy.group;

import io.weir.proxy.routing.Divisible;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.DescribeGroupsRequest;

/** DESCRIBE_GROUPS by coordinator. */
final class DescribeGroups implements Divisible<String, DescribedGroup> {
    @Override
    public List<String> items(AbstractRequest request) {
        return ((DescribeGroupsRequest) request).data().groups();
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
        return new DescribeGroupsRequest.Builder(new DescribeGroupsRequestData()
                        .setGroups(groupIds)
                        .setIncludeAuthorizedOperations(
                                ((DescribeGroupsRequest) request).data().includeAuthorizedOperations()))
                .build(request.version());
    }

    @Override
    public void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, DescribedGroup> sink) {
        ((DescribeGroupsResponseData) answer).groups().forEach(group -> sink.accept(group.groupId(), group));
    }

    @Override
    public DescribedGroup failed(String groupId, Errors error) {
        // No message: versions before 6 have no field for it.
        return new DescribedGroup().setGroupId(groupId).setErrorCode(error.code());
    }

    @Override
    public ApiMessage whole(AbstractRequest request, List<String> groupIds, List<DescribedGroup> results) {
        return new DescribeGroupsResponseData().setGroups(results);
    }
}
