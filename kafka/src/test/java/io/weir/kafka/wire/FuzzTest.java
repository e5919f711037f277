package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.Test;

/**
 * Frames that were requests once. Whatever comes, a connection is answered or closed, and nobody else notices. To run one
 * seed again: {@code -Dweir.fuzz.seed=N}; frames that once did harm are kept in {@code fuzz-corpus.txt}, in hex.
 */
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("weir.fuzz.rounds", 3);

    private final StubService service = new StubService(EnumSet.allOf(ApiKeys.class)).handling(call -> {
        AbstractResponse answer = call.request().getErrorResponse(new IllegalArgumentException("fuzz"));
        return answer == null
                ? CompletableFuture.failedFuture(new IllegalArgumentException("fuzz"))
                : CompletableFuture.completedFuture(answer.data());
    });

    private static List<ApiKeys> apis() {
        List<ApiKeys> apis = new ArrayList<>();
        for (ApiKeys api : ApiKeys.values()) {
            if (api.hasValidVersion()) {
                apis.add(api);
            }
        }
        return apis;
    }

    @Test
    void validRequestsOfEveryApiAndVersionAreAnswered() throws Exception {
        long seed = Long.getLong("weir.fuzz.seed", System.nanoTime());
        System.out.println("weir.fuzz.seed=" + seed);
        RandomMessages messages = new RandomMessages(new Random(seed));
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            int answered = 0;
            for (ApiKeys api : apis()) {
                for (short version = api.oldestVersion(); version <= api.latestVersion(false); version++) {
                    byte[] request = messages.request(api, version);
                    if (!answerable(request)) {
                        continue;
                    }
                    answered++;
                    client.sendBytes(RawClient.framed(ByteBuffer.wrap(request)));
                    int correlationId = ByteBuffer.wrap(request).getInt(4);
                    assertThat(client.receiveCorrelationId())
                            .as("%s %d seed=%d", api, version, seed)
                            .isEqualTo(correlationId);
                }
            }
            assertThat(answered).isGreaterThan(250);
        }
    }

    /** Whether Kafka's own classes take it, for some look into the contents, and it waits for an answer. */
    private static boolean answerable(byte[] request) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(request);
            RequestHeader header = RequestHeader.parse(bytes);
            AbstractRequest parsed = AbstractRequest.parseRequest(
                            header.apiKey(), header.apiVersion(), new ByteBufferAccessor(bytes))
                    .request;
            return parsed.getErrorResponse(new IllegalArgumentException("fuzz")) != null;
        } catch (RuntimeException refused) {
            return false;
        }
    }

    @Test
    void mutatedRequestsHarmNobody() throws Exception {
        long seed = Long.getLong("weir.fuzz.seed", System.nanoTime());
        System.out.println("weir.fuzz.seed=" + seed);
        Random random = new Random(seed);
        RandomMessages messages = new RandomMessages(random);
        Mutations mutations = new Mutations(random);
        List<FrameCorpus.Frame> corpus = FrameCorpus.load();
        try (WireFixture wire = new WireFixture(service);
                RawClient witness = wire.client()) {
            for (int round = 0; round < ROUNDS; round++) {
                for (ApiKeys api : apis()) {
                    for (short version = api.oldestVersion(); version <= api.latestVersion(); version++) {
                        byte[] frame = mutations.of(messages.request(api, version), corpus);
                        assertThat(survives(wire, frame))
                                .as("seed=%d frame=%s", seed, HexFormat.of().formatHex(frame))
                                .isTrue();
                    }
                }
                witness.call(new org.apache.kafka.common.requests.ApiVersionsRequest.Builder().build());
            }
        }
    }

    /** Lengths among them: frames that never end, that are none, that are longer than may be; all at once. */
    @Test
    void streamsOfNoiseAndPiecesHarmNobody() throws Exception {
        long seed = Long.getLong("weir.fuzz.seed", System.nanoTime());
        System.out.println("weir.fuzz.seed=" + seed);
        Random random = new Random(seed);
        Mutations mutations = new Mutations(random);
        List<FrameCorpus.Frame> corpus = FrameCorpus.load();
        try (WireFixture wire = new WireFixture(service);
                RawClient witness = wire.client()) {
            for (int i = 0; i < 100 * ROUNDS; i++) {
                try (RawClient client = wire.client()) {
                    for (int piece = random.nextInt(8); piece >= 0; piece--) {
                        byte[] frame = RawClient.framed(ByteBuffer.wrap(
                                corpus.get(random.nextInt(corpus.size())).bytes()));
                        switch (random.nextInt(4)) {
                            case 0 -> client.sendBytes(mutations.noise());
                            case 1 -> client.sendBytes(mutations.of(frame, corpus));
                            case 2 -> client.sendBytes(frame, 0, random.nextInt(frame.length));
                            default -> client.sendBytes(frame);
                        }
                    }
                } catch (IOException closed) {
                    // By the server, in the midst of it.
                }
                if (i % 10 == 0) {
                    witness.call(new org.apache.kafka.common.requests.ApiVersionsRequest.Builder().build());
                }
            }
            WireFixture.await("only the witness is left", () -> wire.gauge("weir_kafka_connections") == 1);
        }
    }

    @Test
    void whatOnceDidHarmDoesNone() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                InputStream corpus = FuzzTest.class.getResourceAsStream("/fuzz-corpus.txt")) {
            String text = new String(corpus.readAllBytes(), StandardCharsets.US_ASCII);
            List<String> frames = text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
            assertThat(frames).isNotEmpty();
            for (String frame : frames) {
                assertThat(survives(wire, HexFormat.of().parseHex(frame.strip())))
                        .as(frame)
                        .isTrue();
            }
        }
    }

    /** Sends the frame and a proper request after it: the connection is closed, or the second is answered at last. */
    private static boolean survives(WireFixture wire, byte[] frame) throws IOException {
        try (RawClient client = wire.client()) {
            client.sendBytes(RawClient.framed(ByteBuffer.wrap(frame)));
            byte[] marker = RawClient.frame(
                    new org.apache.kafka.common.requests.ApiVersionsRequest.Builder().build(), 0x7e57_7e57);
            try {
                client.sendBytes(marker);
                for (int answers = 0; answers < 3; answers++) {
                    if (client.receiveCorrelationId() == 0x7e57_7e57) {
                        return true;
                    }
                }
                return false;
            } catch (java.net.SocketTimeoutException e) {
                return false;
            } catch (IOException closed) {
                return client.closedWithin(Duration.ofSeconds(5));
            }
        }
    }
}
