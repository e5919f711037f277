package io.weir.kafka.wire;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.weir.common.buffer.LeasedRecords;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.ProduceRequest;

/** Small requests and answers for the scenarios. */
public final class Requests {
    private Requests() {}

    public static MetadataRequest metadata() {
        return new MetadataRequest(new MetadataRequestData().setTopics(List.of()), ApiKeys.METADATA.latestVersion());
    }

    /** Says which call it answers. */
    public static MetadataResponseData metadataAnswer(int controllerId) {
        return new MetadataResponseData().setControllerId(controllerId);
    }

    public static ProduceRequest produce(int acks, int valueBytes) {
        MemoryRecords records = MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1L, new byte[valueBytes]));
        ProduceRequestData data = new ProduceRequestData().setAcks((short) acks).setTimeoutMs(1000);
        data.topicData()
                .add(new ProduceRequestData.TopicProduceData()
                        .setName("orders")
                        .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                                .setIndex(3)
                                .setRecords(records))));
        return new ProduceRequest(data, (short) 12);
    }

    public static ProduceResponseData produceAnswer(short error) {
        ProduceResponseData data = new ProduceResponseData();
        data.responses()
                .add(new ProduceResponseData.TopicProduceResponse()
                        .setName("orders")
                        .setPartitionResponses(List.of(new ProduceResponseData.PartitionProduceResponse()
                                .setIndex(3)
                                .setErrorCode(error))));
        return data;
    }

    public static FetchRequest fetch(int maxBytes) {
        FetchRequestData data = new FetchRequestData().setMaxBytes(maxBytes).setMaxWaitMs(100);
        return new FetchRequest(data, ApiKeys.FETCH.latestVersion());
    }

    public static FetchResponseData fetchAnswer(BaseRecords... records) {
        FetchResponseData.FetchableTopicResponse topic = new FetchResponseData.FetchableTopicResponse();
        for (int i = 0; i < records.length; i++) {
            topic.partitions()
                    .add(new FetchResponseData.PartitionData()
                            .setPartitionIndex(i)
                            .setRecords(records[i]));
        }
        return new FetchResponseData().setResponses(List.of(topic));
    }

    /** Says which call it answers. */
    public static FetchResponseData numberedAnswer(int number) {
        return new FetchResponseData().setSessionId(number);
    }

    /** Records of {@code bytes} bytes in two buffers, whose owner counts. */
    public static LeasedRecords leased(Owner owner, int bytes) {
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i++) {
            direct.put(i, (byte) i);
        }
        owner.leases.incrementAndGet();
        owner.retain();
        return new LeasedRecords(
                List.of(
                        direct.slice(0, bytes / 2),
                        direct.slice(bytes / 2, bytes - bytes / 2).asReadOnlyBuffer()),
                List.of(owner));
    }

    /** Counts what is leased from it; releasing a lease twice throws. */
    public static final class Owner extends AbstractReferenceCounted {
        public final AtomicInteger leases = new AtomicInteger();

        @Override
        protected void deallocate() {
            throw new AssertionError("released more often than leased");
        }

        @Override
        public ReferenceCounted touch(Object hint) {
            return this;
        }

        /** All that were leased have come back, each once. */
        public boolean allBack() {
            return refCnt() == 1;
        }
    }
}
