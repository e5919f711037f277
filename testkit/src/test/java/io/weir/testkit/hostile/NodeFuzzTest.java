package io.weir.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.EmbeddedWeir;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/**
 * A node under mutations of valid frames of every api ({@code kafka/src/test/resources/frames}) and noise. The node
 * answers or closes; a stock client beside it notices nothing, and all memory comes back. {@code -Dweir.fuzz.seed=N} runs
 * one seed again, {@code -Dweir.fuzz.frames=N} makes it longer.
 */
class NodeFuzzTest {
    private static final Path CORPUS = Path.of("..", "kafka", "src", "test", "resources", "frames");
    private static final int FRAMES = Integer.getInteger("weir.fuzz.frames", 1_000);
    private static final int OPEN = 60;
    private static final String PLACE_OF_ID = "5eed5eed5eed5eed5eed5eed5eed5eed";
    /** Requests that would end the test by what they rightly do: the topics go, or the cluster's only node. */
    private static final List<String> NOT_SENT = List.of("DeleteTopics", "DeleteRecords", "UnregisterBroker");

    private final long seed = Long.getLong("weir.fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void nobodyNoticesAndAllMemoryComesBack() throws Exception {
        System.out.println("weir.fuzz.seed=" + seed);
        try (EmbeddedWeir weir = EmbeddedWeir.builder()
                        .withTopic("honest", 1)
                        .withTopic("fuzz-topic", 4)
                        .withSettings(Map.of(
                                "auto.create.topics.enable", "false",
                                "group.initial.rebalance.delay.ms", "0",
                                "weir.control.request.max.bytes", "100000"))
                        .start();
                Honest honest = new Honest(weir.bootstrapServers());
                Gauges gauges = new Gauges(weir.httpAddress())) {
            List<byte[]> corpus = corpus(topicId(weir));
            honest.works();
            // What is loaded and cached by the first requests of each kind is no leak.
            fuzz(weir, corpus, honest, FRAMES / 5);
            settled(gauges);
            long heap = Gauges.heapBytes();
            double pooled = gauges.pooledBytes();

            fuzz(weir, corpus, honest, FRAMES);

            settled(gauges);
            assertThat(Gauges.heapBytes() - heap).as("heap, seed=%d", seed).isLessThan(32_000_000);
            assertThat(gauges.pooledBytes() - pooled).as("pool, seed=%d", seed).isLessThan(1_000_000);
            assertThat(gauges.of("weir_kafka_connections_closed_total", "reason=\"internal\""))
                    .as("seed=%d", seed)
                    .isZero();
            assertThat(gauges.of("weir_kafka_errors_total", "UNKNOWN_SERVER_ERROR"))
                    .as("exceptions that nobody expected, seed=%d", seed)
                    .isZero();
            honest.works();
        }
    }

    /** Frames on many connections at once; some are read, most are not. */
    private void fuzz(EmbeddedWeir weir, List<byte[]> corpus, Honest honest, int frames) throws IOException {
        Deque<RawSocket> open = new ArrayDeque<>();
        for (int i = 0; i < frames; i++) {
            RawSocket socket = new RawSocket(weir.bootstrapServers());
            open.add(socket);
            try {
                for (int pipelined = random.nextInt(3); pipelined >= 0; pipelined--) {
                    socket.sendFrame(frame(corpus));
                }
                if (random.nextInt(10) == 0) {
                    socket.send(noise());
                }
            } catch (IOException closed) {
                // By the node, after the first of them.
            }
            if (open.size() > OPEN) {
                open.remove().close();
            }
            if (i % 200 == 0) {
                honest.works();
            }
        }
        open.forEach(RawSocket::close);
    }

    private static void settled(Gauges gauges) {
        Gauges.await("hostile connections are gone", () -> gauges.sum("weir_kafka_connections") < 8);
        Gauges.await("requests give their bytes back", () -> gauges.sum("weir_kafka_request_bytes_in_flight") == 0);
        Gauges.await("requests give their memory back", () -> gauges.sum("weir_kafka_control_bytes_in_flight") == 0);
        Gauges.await("answers are gone", () -> gauges.sum("weir_kafka_answer_bytes_unsent") == 0);
        Gauges.await("fetches are gone", () -> gauges.sum("weir_fetch_waiting") < 4);
    }

    private byte[] frame(List<byte[]> corpus) {
        byte[] frame = corpus.get(random.nextInt(corpus.size())).clone();
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            int at = random.nextInt(frame.length);
            switch (random.nextInt(6)) {
                case 0 -> frame[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> frame[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(frame, at, Math.min(frame.length, at + 4), (byte) 0xff);
                case 3 -> frame = Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
                case 4 -> {
                    byte[] large = ByteBuffer.allocate(4)
                            .putInt(0x7fff_ffff >>> random.nextInt(31))
                            .array();
                    System.arraycopy(large, 0, frame, at, Math.min(4, frame.length - at));
                }
                default -> frame = Arrays.copyOf(frame, frame.length + random.nextInt(1_000));
            }
        }
        return frame;
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(500)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Uuid topicId(EmbeddedWeir weir) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", weir.bootstrapServers()))) {
            return Objects.requireNonNull(admin.describeTopics(List.of("fuzz-topic"))
                            .topicNameValues()
                            .get("fuzz-topic"))
                    .get()
                    .topicId();
        }
    }

    private static List<byte[]> corpus(Uuid topic) throws IOException {
        String id = HexFormat.of().toHexDigits(topic.getMostSignificantBits())
                + HexFormat.of().toHexDigits(topic.getLeastSignificantBits());
        List<byte[]> frames = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS)) {
            for (Path file : files.sorted().toList()) {
                if (NOT_SENT.stream()
                        .noneMatch(api -> file.getFileName().toString().startsWith(api))) {
                    Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
                            .filter(line -> !line.startsWith("#"))
                            .map(line -> line.substring(line.indexOf(' ') + 1).replace(PLACE_OF_ID, id))
                            .map(HexFormat.of()::parseHex)
                            .forEach(frames::add);
                }
            }
        }
        return frames;
    }
}
