package io.weir.compat.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.InitProducerIdRequest;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;

/** Produces batches with a producer id, epoch and sequence of the scenario's own choice, and reads batches as they lie. */
public final class RawProducer implements AutoCloseable {
    private static final short PRODUCE_VERSION = 9;
    private static final short FETCH_VERSION = 12;

    private final RawConnection connection;
    private final long producerId;

    /** Connects and asks for a producer id. */
    public RawProducer(String bootstrap) throws IOException {
        this.connection = new RawConnection(bootstrap);
        var data = new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
        InitProducerIdRequest request = new InitProducerIdRequest.Builder(data).build((short) 4);
        // A server may say "not yet" to the first of all such requests.
        this.producerId = Await.value(
                "a producer id",
                () -> connection
                        .call(request, InitProducerIdResponse.class)
                        .data()
                        .producerId(),
                id -> id >= 0);
    }

    /** Returns the id that the server gave. */
    public long producerId() {
        return producerId;
    }

    /** Sends one batch of {@code count} records with this epoch and first sequence number. */
    public PartitionProduceResponse produce(TopicPartition to, short epoch, int sequence, int count) {
        SimpleRecord[] records = IntStream.range(0, count)
                .mapToObj(i -> new SimpleRecord(
                        System.currentTimeMillis(),
                        null,
                        Integer.toString(sequence + i).getBytes(StandardCharsets.UTF_8)))
                .toArray(SimpleRecord[]::new);
        return produce(to, MemoryRecords.withIdempotentRecords(Compression.NONE, producerId, epoch, sequence, records));
    }

    /** Sends these bytes as they are. */
    public PartitionProduceResponse produce(TopicPartition to, MemoryRecords records) {
        var partition = new ProduceRequestData.PartitionProduceData()
                .setIndex(to.partition())
                .setRecords(records);
        var topic =
                new ProduceRequestData.TopicProduceData().setName(to.topic()).setPartitionData(List.of(partition));
        var data = new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(10_000)
                .setTopicData(new ProduceRequestData.TopicProduceDataCollection(
                        List.of(topic).iterator()));
        ProduceRequest request = ProduceRequest.builder(data).build(PRODUCE_VERSION);
        return connection
                .call(request, ProduceResponse.class)
                .data()
                .responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst();
    }

    /** Returns the codecs of the batches from the start of the partition on. */
    public List<CompressionType> codecs(TopicPartition from) {
        var partition = new FetchRequest.PartitionData(Uuid.ZERO_UUID, 0, 0, 1_000_000, Optional.empty());
        FetchRequest request = FetchRequest.Builder.forConsumer(FETCH_VERSION, 5_000, 1, Map.of(from, partition))
                .build(FETCH_VERSION);
        var answer = connection
                .call(request, FetchResponse.class)
                .data()
                .responses()
                .getFirst()
                .partitions()
                .getFirst();
        var records = (MemoryRecords) FetchResponse.recordsOrFail(answer);
        return StreamSupport.stream(records.batches().spliterator(), false)
                .map(RecordBatch::compressionType)
                .toList();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
