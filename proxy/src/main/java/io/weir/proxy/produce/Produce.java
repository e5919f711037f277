package io.weir.proxy.produce;

import io.weir.proxy.routing.Divisible;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpointCollection;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.jspecify.annotations.Nullable;

/** PRODUCE by owner. Records stay where they are: parts refer to the same buffers. */
final class Produce implements Divisible<ProduceItem, ProduceResult> {
    @Override
    public List<ProduceItem> items(AbstractRequest request) {
        boolean byId = ProduceItem.isById(request);
        List<ProduceItem> items = new ArrayList<>();
        for (TopicProduceData topic : ((ProduceRequest) request).data().topicData()) {
            for (PartitionProduceData partition : topic.partitionData()) {
                items.add(new ProduceItem(byId, topic.name(), topic.topicId(), partition));
            }
        }
        return items;
    }

    @Override
    public Object key(ProduceItem item) {
        return item.key();
    }

    @Override
    public AbstractRequest part(AbstractRequest request, List<ProduceItem> items) {
        ProduceRequestData data = ((ProduceRequest) request).data();
        TopicProduceDataCollection topics = new TopicProduceDataCollection();
        TopicProduceData topic = null;
        ProduceItem previous = null;
        for (ProduceItem item : items) {
            if (topic == null || previous == null || !item.isOfTopicOf(previous)) {
                topic = new TopicProduceData().setName(item.name()).setTopicId(item.id());
                topics.add(topic);
            }
            topic.partitionData().add(item.partition());
            previous = item;
        }
        return new ProduceRequest(
                new ProduceRequestData()
                        .setTransactionalId(data.transactionalId())
                        .setAcks(data.acks())
                        .setTimeoutMs(data.timeoutMs())
                        .setTopicData(topics),
                request.version());
    }

    @Override
    public void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, ProduceResult> sink) {
        ProduceResponseData data = (ProduceResponseData) answer;
        boolean byId = ProduceItem.isById(request);
        for (TopicProduceResponse topic : data.responses()) {
            for (PartitionProduceResponse partition : topic.partitionResponses()) {
                sink.accept(
                        ProduceItem.key(byId, topic.name(), topic.topicId(), partition.index()),
                        new ProduceResult(partition, data.nodeEndpoints()));
            }
        }
    }

    @Override
    public ProduceResult failed(ProduceItem item, Errors error) {
        return new ProduceResult(
                new PartitionProduceResponse()
                        .setIndex(item.partition().index())
                        .setErrorCode(error.code())
                        .setErrorMessage(error.message())
                        .setBaseOffset(ProduceResponse.INVALID_OFFSET),
                new NodeEndpointCollection());
    }

    /** Of acks=0: the records are on their way. */
    @Override
    public ProduceResult unanswered(ProduceItem item) {
        return failed(item, Errors.NONE);
    }

    @Override
    public @Nullable ApiMessage whole(AbstractRequest request, List<ProduceItem> items, List<ProduceResult> results) {
        if (((ProduceRequest) request).acks() == 0) {
            throwFirstError(results);
            return null;
        }
        ProduceResponseData response = new ProduceResponseData();
        TopicProduceResponse topic = null;
        for (int i = 0; i < items.size(); i++) {
            ProduceItem item = items.get(i);
            if (topic == null || !item.isOfTopicOf(items.get(i - 1))) {
                topic = new TopicProduceResponse().setName(item.name()).setTopicId(item.id());
                response.responses().add(topic);
            }
            topic.partitionResponses().add(results.get(i).partition());
            for (NodeEndpoint endpoint : results.get(i).endpoints()) {
                if (response.nodeEndpoints().find(endpoint.nodeId()) == null) {
                    response.nodeEndpoints().add(endpoint.duplicate());
                }
            }
        }
        return response;
    }

    /** Nobody reads an answer: failing closes the connection, which is how such a client learns to look again. */
    private static void throwFirstError(List<ProduceResult> results) {
        for (ProduceResult result : results) {
            Errors error = Errors.forCode(result.partition().errorCode());
            if (error != Errors.NONE) {
                throw error.exception();
            }
        }
    }
}
