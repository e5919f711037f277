package io.weir.proxy;

import io.weir.kafka.Call;
import java.util.List;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.DeleteRecordsRequest;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;

/** What an owner answers: numbers that tell the owner (a thousand each) and the partition. */
final class Answers {
    private Answers() {}

    static ApiMessage listOffsets(Call call, int owner) {
        ListOffsetsResponseData response = new ListOffsetsResponseData();
        ((ListOffsetsRequest) call.request()).data().topics().forEach(topic -> {
            ListOffsetsTopicResponse result = new ListOffsetsTopicResponse().setName(topic.name());
            topic.partitions()
                    .forEach(p -> result.partitions()
                            .add(new ListOffsetsPartitionResponse()
                                    .setPartitionIndex(p.partitionIndex())
                                    .setOffset(1000L * owner + p.partitionIndex())));
            response.topics().add(result);
        });
        return response;
    }

    static ApiMessage offsetForLeaderEpoch(Call call, int owner) {
        OffsetForLeaderEpochResponseData response = new OffsetForLeaderEpochResponseData();
        ((OffsetsForLeaderEpochRequest) call.request()).data().topics().forEach(topic -> {
            OffsetForLeaderTopicResult result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            topic.partitions()
                    .forEach(p -> result.partitions()
                            .add(new EpochEndOffset()
                                    .setPartition(p.partition())
                                    .setEndOffset(1000L * owner + p.partition())));
            response.topics().add(result);
        });
        return response;
    }

    /** The low watermark is what was asked, beyond the owner's thousand. */
    static ApiMessage deleteRecords(Call call, int owner) {
        DeleteRecordsResponseData response = new DeleteRecordsResponseData();
        ((DeleteRecordsRequest) call.request()).data().topics().forEach(topic -> {
            DeleteRecordsTopicResult result = new DeleteRecordsTopicResult().setName(topic.name());
            topic.partitions()
                    .forEach(p -> result.partitions()
                            .add(new DeleteRecordsPartitionResult()
                                    .setPartitionIndex(p.partitionIndex())
                                    .setLowWatermark(1000L * owner + p.offset())));
            response.topics().add(result);
        });
        return response;
    }

    static ApiMessage describeProducers(Call call, int owner) {
        DescribeProducersResponseData response = new DescribeProducersResponseData();
        ((DescribeProducersRequest) call.request()).data().topics().forEach(topic -> {
            TopicResponse result = new TopicResponse().setName(topic.name());
            topic.partitionIndexes()
                    .forEach(p -> result.partitions()
                            .add(new PartitionResponse()
                                    .setPartitionIndex(p)
                                    .setActiveProducers(
                                            List.of(new ProducerState().setProducerId(1000L * owner + p)))));
            response.topics().add(result);
        });
        return response;
    }
}
