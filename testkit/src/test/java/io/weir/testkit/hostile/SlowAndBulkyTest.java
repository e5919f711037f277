package io.weir.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.EmbeddedWeir;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.Test;

/** Clients that send as slowly as they can, never end, or send what becomes a thousand times more. */
class SlowAndBulkyTest {
    private static EmbeddedWeir node(Map<String, String> settings) {
        return EmbeddedWeir.builder()
                .withTopic("honest", 1)
                .withTopic("bulky", 1)
                .withSettings(settings)
                .start();
    }

    /** Where a frame's bytes become one at a time. */
    private record Drip(RawSocket socket, int from) {}

    @Test
    void whoSendsAByteAtATimeIsClosedThoughBytesKeepComing() throws Exception {
        byte[] body = new byte[4_000];
        ByteBuffer.wrap(body).putShort(ApiKeys.PRODUCE.id).putShort((short) 9).putInt(1);
        byte[] frame = ByteBuffer.allocate(4 + body.length)
                .putInt(body.length)
                .put(body)
                .array();
        int each = 10;
        try (EmbeddedWeir weir = node(Map.of("weir.connection.stall.timeout.ms", "1500"));
                Honest honest = new Honest(weir.bootstrapServers());
                Gauges gauges = new Gauges(weir.httpAddress())) {
            honest.works();
            double closedBefore = gauges.of("weir_kafka_connections_closed_total", "reason=\"slow_frame\"");
            double connections = gauges.sum("weir_kafka_connections");
            List<Drip> drips = new ArrayList<>();
            for (int from : new int[] {0, 4, 6, 200}) { // in the length, the header, its client id, the body
                for (int i = 0; i < each; i++) {
                    RawSocket socket = new RawSocket(weir.bootstrapServers());
                    socket.send(Arrays.copyOf(frame, from));
                    drips.add(new Drip(socket, from));
                }
            }
            int[] sent = {0};
            Gauges.await("all slow ones are closed", () -> {
                // A byte each time that the condition is looked at: bytes never stop coming for long.
                drips.forEach(drip -> drip(drip, frame, sent[0]));
                sent[0]++;
                return gauges.of("weir_kafka_connections_closed_total", "reason=\"slow_frame\"") - closedBefore
                        == drips.size();
            });
            assertThat(sent[0]).as("bytes that came one by one").isGreaterThan(3);
            for (int i = 0; i < 10; i++) {
                honest.works();
            }
            drips.forEach(drip -> drip.socket().close());
            Gauges.await("only the honest are left", () -> gauges.sum("weir_kafka_connections") <= connections);
            Gauges.await(
                    "frames that never ended give their bytes back",
                    () -> gauges.sum("weir_kafka_request_bytes_in_flight") == 0);
        }
    }

    private static void drip(Drip drip, byte[] frame, int count) {
        int at = drip.from() + count;
        if (at < frame.length - 1) {
            try {
                drip.socket().send(new byte[] {frame[at]});
            } catch (IOException closed) {
                // As it should be.
            }
        }
    }

    @Test
    void manyBombsAtOnceAreRefusedAndTakeNoMemory() throws Exception {
        List<ProduceRequest> bombs = List.of(
                Bombs.produce("bulky", CompressionType.GZIP, 50),
                Bombs.produce("bulky", CompressionType.LZ4, 20),
                Bombs.produce("bulky", CompressionType.ZSTD, 300));
        try (EmbeddedWeir weir = node(Map.of());
                Honest honest = new Honest(weir.bootstrapServers());
                Gauges gauges = new Gauges(weir.httpAddress())) {
            Honest.awaitOpen(weir.bootstrapServers(), new TopicPartition("bulky", 0));
            honest.works();
            Deque<RawSocket> sockets = new ArrayDeque<>();
            for (int i = 0; i < 60; i++) {
                RawSocket socket = new RawSocket(weir.bootstrapServers());
                sockets.add(socket);
                socket.send(bombs.get(i % bombs.size()));
            }
            for (int i = 0; i < 5; i++) {
                honest.works();
            }
            for (int i = 0; i < 60; i++) {
                try (RawSocket socket = sockets.remove()) {
                    ProduceResponse answer = socket.answer(bombs.get(i % bombs.size()), ProduceResponse.class);
                    assertThat(answer.errorCounts()).containsOnlyKeys(Errors.MESSAGE_TOO_LARGE);
                }
            }
            assertThat(gauges.of("weir_kafka_errors_total", "UNKNOWN_SERVER_ERROR"))
                    .as("failures that nobody expected, such as of memory")
                    .isZero();
            Gauges.await("their bytes are given back", () -> gauges.sum("weir_kafka_request_bytes_in_flight") == 0);
            honest.works();
        }
    }
}
