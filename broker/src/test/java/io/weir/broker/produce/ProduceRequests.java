package io.weir.broker.produce;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.requests.ProduceRequest;

/** Produce requests for tests, by version. */
final class ProduceRequests {
    private final ProduceRequestData data =
            new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1_000);
    private short version = 13;

    static ProduceRequests version(int version) {
        ProduceRequests request = new ProduceRequests();
        request.version = (short) version;
        return request;
    }

    ProduceRequests acks(int acks) {
        data.setAcks((short) acks);
        return this;
    }

    ProduceRequests timeoutMs(int timeoutMs) {
        data.setTimeoutMs(timeoutMs);
        return this;
    }

    ProduceRequests put(String topic, Uuid id, int partition, BaseRecords records) {
        boolean byId = version >= 13;
        TopicProduceData known = data.topicData().find(byId ? "" : topic, byId ? id : Uuid.ZERO_UUID);
        if (known == null) {
            known = byId ? new TopicProduceData().setTopicId(id) : new TopicProduceData().setName(topic);
            data.topicData().add(known);
        }
        known.partitionData().add(new PartitionProduceData().setIndex(partition).setRecords(records));
        return this;
    }

    ProduceRequest build() {
        return new ProduceRequest(data, version);
    }
}
