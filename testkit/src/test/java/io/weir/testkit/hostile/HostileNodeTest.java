package io.weir.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.EmbeddedWeir;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** One kind of harm each, on a whole node. */
class HostileNodeTest {
    private static final short FETCH_VERSION = 12;

    private static EmbeddedWeir node(Map<String, String> settings) {
        EmbeddedWeir weir = EmbeddedWeir.builder()
                .withTopic("honest", 1)
                .withTopic("quiet", 2)
                .withSettings(settings)
                .start();
        Honest.awaitOpen(weir.bootstrapServers(), new TopicPartition("quiet", 0), new TopicPartition("quiet", 1));
        return weir;
    }

    private static FetchRequest fetch(
            int maxWaitMs, int minBytes, FetchMetadata session, String topic, int partitions) {
        Map<TopicPartition, FetchRequest.PartitionData> wanted = new java.util.LinkedHashMap<>();
        for (int i = 0; i < partitions; i++) {
            wanted.put(
                    new TopicPartition(topic, i),
                    new FetchRequest.PartitionData(Uuid.ZERO_UUID, 0, 0, 8 << 20, Optional.empty()));
        }
        return FetchRequest.Builder.forConsumer(FETCH_VERSION, maxWaitMs, minBytes, wanted)
                .metadata(session)
                .setMaxBytes(1 << 20)
                .build(FETCH_VERSION);
    }

    private static byte[] framed(FetchRequest request, int times) throws IOException {
        ByteBuffer frame = request.serializeWithHeader(new RequestHeader(ApiKeys.FETCH, FETCH_VERSION, "hostile", 1));
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.write(ByteBuffer.allocate(4).putInt(bytes.length).array());
            all.write(bytes);
        }
        return all.toByteArray();
    }

    @Test
    void tenThousandFetchesWaitAndLeaveNothingBehind() throws Exception {
        // All but a few of the places for fetches that their connection pipelines: honest ones wait in some of them.
        int fetches = 9_950;
        int pipelined = 50;
        try (EmbeddedWeir weir = node(Map.of());
                Honest honest = new Honest(weir.bootstrapServers());
                Gauges gauges = new Gauges(weir.httpAddress())) {
            honest.works();
            double pooled = gauges.pooledBytes();
            long heap = Gauges.heapBytes();
            byte[] frames = framed(fetch(300_000, 1_000_000, FetchMetadata.LEGACY, "quiet", 2), pipelined);
            List<RawSocket> sockets = new ArrayList<>();
            for (int i = 0; i < fetches / pipelined; i++) {
                RawSocket socket = new RawSocket(weir.bootstrapServers());
                sockets.add(socket);
                socket.send(frames);
            }
            Gauges.await("all wait", () -> gauges.sum("weir_fetch_waiting") >= fetches);
            long each = (Gauges.heapBytes() - heap) / fetches;
            System.out.println("weir.waiting.fetch.bytes=" + each);
            assertThat(each).as("heap of a fetch that waits on two partitions").isLessThan(4_000);
            assertThat(gauges.pooledBytes() - pooled).isLessThan(500_000);
            for (int i = 0; i < 20; i++) {
                honest.works();
            }

            sockets.forEach(RawSocket::close);
            Gauges.await("none waits any more", () -> gauges.sum("weir_fetch_waiting") < 4);
            assertThat((Gauges.heapBytes() - heap)).isLessThan(8_000_000);
            honest.works();
        }
    }

    @Test
    void fetchesOfTensOfThousandsOfPartitionsDoNotFillTheHeap() throws Exception {
        try (EmbeddedWeir weir = node(Map.of("weir.fetch.session.cache.partitions", "100000"));
                Honest honest = new Honest(weir.bootstrapServers());
                Gauges gauges = new Gauges(weir.httpAddress())) {
            honest.works();
            long heap = Gauges.heapBytes();
            FetchRequest wide = fetch(60_000, 1, FetchMetadata.INITIAL, "nowhere", 40_000);
            List<RawSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RawSocket socket = new RawSocket(weir.bootstrapServers());
                sockets.add(socket);
                FetchResponse answer = socket.call(wide, FetchResponse.class);
                assertThat(answer.data().responses().getFirst().partitions()).hasSize(40_000);
            }
            honest.works();
            assertThat(gauges.sum("weir_proxy_fetch_session_partitions")).isLessThanOrEqualTo(100_000);
            assertThat(gauges.sum("weir_proxy_fetch_sessions_refused_total")).isPositive();
            assertThat(Gauges.heapBytes() - heap).isLessThan(60_000_000);
            sockets.forEach(RawSocket::close);
        }
    }

    @Test
    void thoseWhoDoNotReadTheirAnswersAreClosedAndNobodyElse() throws Exception {
        try (EmbeddedWeir weir = node(Map.of(
                        "weir.queued.max.answer.bytes", "4000000",
                        // What the system takes is no answer that waits here.
                        "socket.send.buffer.bytes", "65536"));
                Honest honest = new Honest(weir.bootstrapServers());
                Gauges gauges = new Gauges(weir.httpAddress())) {
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", weir.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                for (int i = 0; i < 20; i++) {
                    producer.send(new ProducerRecord<>("quiet", 0, null, new byte[900_000]))
                            .get();
                }
            }
            honest.works();
            byte[] frames = framed(fetch(0, 1, FetchMetadata.LEGACY, "quiet", 1), 30);
            List<RawSocket> deaf = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                RawSocket socket = new RawSocket(weir.bootstrapServers(), 4096);
                deaf.add(socket);
                socket.send(frames);
            }
            Gauges.await(
                    "some are closed",
                    () -> gauges.of("weir_kafka_connections_closed_total", "reason=\"stalled\"") > 0);
            Gauges.await(
                    "and memory is within its bound", () -> gauges.sum("weir_kafka_answer_bytes_unsent") <= 4_000_000);
            for (int i = 0; i < 10; i++) {
                honest.works();
            }
            deaf.forEach(RawSocket::close);
            Gauges.await("answers are gone", () -> gauges.sum("weir_kafka_answer_bytes_unsent") == 0);
        }
    }

    @Test
    void shortQuestionsWithLongAnswersDoNotFillTheHeap() throws Exception {
        try (EmbeddedWeir weir = node(Map.of());
                Honest honest = new Honest(weir.bootstrapServers());
                RawSocket curious = new RawSocket(weir.bootstrapServers())) {
            DescribeConfigsRequestData data = new DescribeConfigsRequestData();
            for (int i = 0; i < 50_000; i++) {
                data.resources()
                        .add(new DescribeConfigsResource()
                                .setResourceType((byte) 4)
                                .setResourceName("1")
                                .setConfigurationKeys(null));
            }
            DescribeConfigsResponse answer = curious.call(
                    new DescribeConfigsRequest.Builder(data).build((short) 4), DescribeConfigsResponse.class);
            assertThat(answer.data().results()).hasSize(1);
            honest.works();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 50_000; i++) {
                names.add("made-by-asking-" + i);
            }
            curious.send(new MetadataRequest.Builder(names, true).build((short) 9));
            for (int i = 0; i < 5; i++) {
                honest.works();
            }
        }
    }
}
