package io.weir.proxy.group;

import io.weir.proxy.routing.Divisible;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;

/** CONSUMER_GROUP_DESCRIBE by coordinator. */
final class ConsumerGroupDescribe implements Divisible<String, DescribedGroup> {
    @Override
    public List<String> items(AbstractRequest request) {
        return ((ConsumerGroupDescribeRequest) request).data().groupIds();
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
        return new ConsumerGroupDescribeRequest(
                new ConsumerGroupDescribeRequestData()
                        .setGroupIds(groupIds)
                        .setIncludeAuthorizedOperations(
                                ((ConsumerGroupDescribeRequest) request).data().includeAuthorizedOperations()),
                request.version());
    }

    @Override
    public void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, DescribedGroup> sink) {
        ((ConsumerGroupDescribeResponseData) answer).groups().forEach(group -> sink.accept(group.groupId(), group));
    }

    @Override
    public DescribedGroup failed(String groupId, Errors error) {
        return new DescribedGroup()
                .setGroupId(groupId)
                .setErrorCode(error.code())
                .setErrorMessage(error.message());
    }

    @Override
    public ApiMessage whole(AbstractRequest request, List<String> groupIds, List<DescribedGroup> results) {
        return new ConsumerGroupDescribeResponseData().setGroups(results);
    }
}
