package io.weir.proxy.group;

import io.weir.proxy.routing.Divisible;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.OffsetFetchRequest;

/** OFFSET_FETCH for several groups, by coordinator. */
final class OffsetFetch implements Divisible<OffsetFetchRequestGroup, OffsetFetchResponseGroup> {
    static boolean isBatch(AbstractRequest request) {
        return request.version() >= OffsetFetchRequest.BATCH_MIN_VERSION;
    }

    /** The group of a request that is no batch. */
    static String onlyGroup(AbstractRequest request) {
        return ((OffsetFetchRequest) request).data().groupId();
    }

    @Override
    public List<OffsetFetchRequestGroup> items(AbstractRequest request) {
        return ((OffsetFetchRequest) request).data().groups();
    }

    @Override
    public Object key(OffsetFetchRequestGroup group) {
        return group.groupId();
    }

    @Override
    public boolean isAnsweredOnce() {
        return true;
    }

    @Override
    public AbstractRequest part(AbstractRequest request, List<OffsetFetchRequestGroup> groups) {
        return OffsetFetchRequest.Builder.forTopicIdsOrNames(
                        new OffsetFetchRequestData()
                                .setGroups(groups)
                                .setRequireStable(
                                        ((OffsetFetchRequest) request).data().requireStable()),
                        true)
                .build(request.version());
    }

    @Override
    public void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, OffsetFetchResponseGroup> sink) {
        ((OffsetFetchResponseData) answer).groups().forEach(group -> sink.accept(group.groupId(), group));
    }

    @Override
    public OffsetFetchResponseGroup failed(OffsetFetchRequestGroup group, Errors error) {
        return new OffsetFetchResponseGroup().setGroupId(group.groupId()).setErrorCode(error.code());
    }

    @Override
    public ApiMessage whole(
            AbstractRequest request, List<OffsetFetchRequestGroup> groups, List<OffsetFetchResponseGroup> results) {
        return new OffsetFetchResponseData().setGroups(results);
    }
}
