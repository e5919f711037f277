package io.weir.kafka.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;

/** Headers between nodes: there and back, and what is none. */
class NodeProtocolTest {
    private static Origin origin(String name, String address, Optional<Integer> port) {
        return new Origin(
                new KafkaPrincipal("User", name),
                InetAddress.ofLiteral(address),
                port,
                "",
                new ListenerName("SÜD"),
                SecurityProtocol.SSL,
                new ClientInformation("", "1.0"));
    }

    private static ByteBuffer bytes(ApiKeys api, short version, Origin origin) {
        return MessageUtil.toByteBufferAccessor(
                        NodeProtocol.header(api, version, "app", origin).setCorrelationId(77),
                        NodeProtocol.headerVersion())
                .buffer();
    }

    @Test
    void anOriginComesBackWithEveryVersionOfEveryRequest() {
        for (Origin origin : List.of(
                origin("alice", "10.0.0.1", Optional.of(65535)),
                origin("", "fe80::1", Optional.empty()),
                origin("CN=Zoë,O=x:y:z", "0.0.0.0", Optional.of(0)))) {
            for (ApiKeys api : ApiKeys.values()) {
                if (!api.hasValidVersion()) {
                    continue;
                }
                for (short version = api.oldestVersion(); version <= api.latestVersion(); version++) {
                    ByteBuffer bytes = bytes(api, version, origin);
                    RequestHeader header = NodeProtocol.parse(bytes);
                    assertThat(bytes.hasRemaining()).isFalse();
                    assertThat(header.apiKey()).isEqualTo(api);
                    assertThat(header.apiVersion()).isEqualTo(version);
                    assertThat(header.clientId()).isEqualTo("app");
                    assertThat(header.correlationId()).isEqualTo(77);
                    assertThat(header.headerVersion()).isEqualTo(api.requestHeaderVersion(version));
                    assertThat(NodeProtocol.takeOrigin(header)).isEqualTo(origin);
                    assertThat(NodeProtocol.takeOrigin(header)).as("taken").isNull();
                }
            }
        }
    }

    @Test
    void anOrdinaryHeaderHasNoOrigin() {
        RequestHeader header = new RequestHeader(ApiKeys.OFFSET_DELETE, (short) 0, "app", 3);
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion())
                .buffer();
        RequestHeader parsed = NodeProtocol.parse(bytes);
        assertThat(parsed.data()).isEqualTo(header.data());
        assertThat(NodeProtocol.takeOrigin(parsed)).isNull();
    }

    @Test
    void aNameThatIsTooLongIsSaidBeforeItIsSent() {
        Origin origin = origin("x".repeat(40_000), "10.0.0.1", Optional.empty());
        assertThatThrownBy(() -> NodeProtocol.header(ApiKeys.FETCH, (short) 12, "app", origin))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("40000 bytes");
    }

    @Test
    void brokenHeadersAreInvalidRequestsAndNothingElse() {
        long seed = 20_261_122;
        Random random = new Random(seed);
        Origin origin = origin("alice", "10.0.0.1", Optional.of(1));
        int invalid = 0;
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer bytes = bytes(
                    i % 2 == 0 ? ApiKeys.OFFSET_DELETE : ApiKeys.FETCH, i % 2 == 0 ? (short) 0 : (short) 12, origin);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt());
            }
            bytes.limit(random.nextInt(10) == 0 ? random.nextInt(bytes.limit()) : bytes.limit());
            try {
                NodeProtocol.takeOrigin(NodeProtocol.parse(bytes));
            } catch (InvalidRequestException e) {
                invalid++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed=" + seed + " round=" + i, e);
            }
        }
        assertThat(invalid).isBetween(1, 19_999);
    }
}
