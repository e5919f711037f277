package io.weir.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.WeirException;
import io.weir.kafka.node.NodeProtocol;
import io.weir.kafka.node.Origin;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.wire.Authenticator;
import io.weir.kafka.wire.FeatureLevels;
import io.weir.kafka.wire.RawClient;
import io.weir.kafka.wire.Requests;
import io.weir.kafka.wire.StubService;
import io.weir.kafka.wire.WireConfig;
import io.weir.kafka.wire.WireServer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is a node, and who only says so. */
class WhoIsWhoTest {
    private static final ClusterSecret OTHER = new ClusterSecret("quite another secret than theirs");

    @TempDir
    Path directory;

    private static Throwable failure(Optional<ClusterSecret> caller, Optional<ClusterSecret> called) throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA).answering(call -> Requests.metadataAnswer(1));
        try (Nodes nodes =
                new Nodes(service, RemoteConfig.defaults(), caller, called, WireConfig.RequestLimits.defaults())) {
            try {
                nodes.remote.call(Nodes.call(Requests.metadata())).get(20, TimeUnit.SECONDS);
                throw new AssertionError("it was let in");
            } catch (ExecutionException e) {
                return Objects.requireNonNull(e.getCause());
            }
        }
    }

    @Test
    void aNodeWithAnotherSecretIsRefusedAndToldSo() throws Exception {
        assertThat(failure(Optional.of(OTHER), Optional.of(Nodes.SECRET)))
                .isInstanceOf(RequestNotSentException.class)
                .hasMessageContaining("weir.internal.secret.file of this node and of the one it called differ")
                .hasMessageNotContaining("secret than theirs");
        assertThat(failure(Optional.empty(), Optional.of(Nodes.SECRET)))
                .isInstanceOf(RequestNotSentException.class)
                .hasMessageContaining("set weir.internal.secret.file here");
        assertThat(failure(Optional.of(Nodes.SECRET), Optional.empty()))
                .isInstanceOf(RequestNotSentException.class)
                .hasMessageContaining("it asks for no secret");
    }

    @Test
    void withoutASecretNodesBelieveEachOther() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA);
        try (Nodes nodes = new Nodes(
                service,
                RemoteConfig.defaults(),
                Optional.empty(),
                Optional.empty(),
                WireConfig.RequestLimits.defaults())) {
            var answer = nodes.remote.call(Nodes.call(Requests.metadata()));
            StubService.Pending pending = service.next();
            assertThat(pending.call().context().principal()).isEqualTo(Nodes.ALICE);
            pending.future().complete(Requests.metadataAnswer(1));
            assertThat(answer.get(10, TimeUnit.SECONDS)).isNotNull();
        }
    }

    /** A METADATA request with alice's name in its header, as a node would send it. */
    private static byte[] forged(int correlationId) {
        MetadataRequest request = Requests.metadata();
        RequestHeaderData header = NodeProtocol.header(
                ApiKeys.METADATA, request.version(), "mallory", Origin.of(Nodes.context(request, "c")));
        header.setCorrelationId(correlationId);
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header, NodeProtocol.headerVersion())
                .buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(request.data(), request.version())
                .buffer();
        return RawClient.framed(ByteBuffer.allocate(head.remaining() + body.remaining())
                .put(head)
                .put(body)
                .flip());
    }

    @Test
    void aClientThatForgesAnotherStaysItself() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA);
        try (Nodes nodes = new Nodes(StubService.of(ApiKeys.METADATA));
                WireServer clients = new WireServer(
                        Nodes.config(new WireConfig.Listener("PLAINTEXT", "127.0.0.1", 0, SecurityProtocol.PLAINTEXT)),
                        Map.of("PLAINTEXT", service),
                        () -> FeatureLevels.NONE,
                        Authenticator.anonymous(),
                        nodes.callerNetwork,
                        Time.SYSTEM,
                        new PrometheusRegistry());
                RawClient mallory = new RawClient(Nodes.bound(clients, "PLAINTEXT"))) {
            mallory.sendBytes(forged(5));
            StubService.Pending pending = service.next();
            assertThat(pending.call().context().principal().getName()).isEqualTo("ANONYMOUS");
            assertThat(pending.call().context().clientAddress().isLoopbackAddress())
                    .isTrue();
            assertThat(pending.call().context().listenerName()).isEqualTo("PLAINTEXT");
            pending.future().complete(Requests.metadataAnswer(1));
            assertThat(mallory.receiveCorrelationId()).isEqualTo(5);
        }
    }

    @Test
    void whoHasNotProvedTheSecretIsClosedAtItsFirstRequest() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA);
        try (Nodes nodes = new Nodes(service);
                RawClient mallory = new RawClient(nodes.address)) {
            mallory.sendBytes(forged(5));
            assertThat(mallory.closedWithin(Duration.ofSeconds(10))).isTrue();
            assertThat(service.waiting()).isZero();
        }
    }

    @Test
    void aListenerForClientsIsNoNode() throws Exception {
        try (Nodes nodes = new Nodes(
                        StubService.of(ApiKeys.METADATA),
                        RemoteConfig.defaults(),
                        Optional.empty(),
                        Optional.empty(),
                        WireConfig.RequestLimits.defaults());
                WireServer clients = new WireServer(
                        Nodes.config(new WireConfig.Listener("PLAINTEXT", "127.0.0.1", 0, SecurityProtocol.PLAINTEXT)),
                        Map.of("PLAINTEXT", StubService.of(ApiKeys.METADATA)),
                        () -> FeatureLevels.NONE,
                        Authenticator.anonymous(),
                        nodes.callerNetwork,
                        Time.SYSTEM,
                        new PrometheusRegistry())) {
            var call = nodes.remotes.to(Nodes.bound(clients, "PLAINTEXT")).call(Nodes.call(Requests.metadata()));
            assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RequestNotSentException.class)
                    .hasMessageContaining("no listener for nodes");
        }
    }

    @Test
    void kafkasOwnClientsKnowTheSecretByItsProtocol() throws Exception {
        StubService service = StubService.of(ApiKeys.DESCRIBE_CLUSTER, ApiKeys.METADATA);
        try (Nodes nodes = new Nodes(service)) {
            service.handling(call -> {
                assertThat(call.context().principal().toString()).isEqualTo("User:weir");
                assertThat(call.api()).isEqualTo(ApiKeys.METADATA);
                var answer = new org.apache.kafka.common.message.MetadataResponseData()
                        .setClusterId("weir-test")
                        .setControllerId(1);
                answer.brokers()
                        .add(new org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker()
                                .setNodeId(1)
                                .setHost("127.0.0.1")
                                .setPort(nodes.address.getPort()));
                return java.util.concurrent.CompletableFuture.completedFuture(answer);
            });
            try (Admin admin = Admin.create(Map.of(
                    "bootstrap.servers",
                    "127.0.0.1:" + nodes.address.getPort(),
                    "security.protocol",
                    "SASL_PLAINTEXT",
                    "sasl.mechanism",
                    "SCRAM-SHA-256",
                    "sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"weir\""
                            + " password=\"a secret that nobody knows\";"))) {
                assertThat(admin.listTopics().names().get(20, TimeUnit.SECONDS)).isEmpty();
            }
        }
    }

    @Test
    void aSecretIsReadFromAFileOfItsOwn() throws Exception {
        Path file = directory.resolve("secret");
        Files.writeString(file, "  0123456789abcdef\n");
        assertThat(ClusterSecret.read(file).toString()).doesNotContain("0123");
        Files.writeString(file, "short\n");
        assertThatThrownBy(() -> ClusterSecret.read(file))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("has 5 characters")
                .hasMessageContaining(file.toString());
        Files.writeString(file, "x".repeat(4097));
        assertThatThrownBy(() -> ClusterSecret.read(file)).hasMessageContaining("longer than 4096 bytes");
        assertThatThrownBy(() -> ClusterSecret.read(directory.resolve("none"))).hasMessageContaining("cannot be read");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 1, 2, 3});
        assertThatThrownBy(() -> ClusterSecret.read(file)).hasMessageContaining("no UTF-8");
    }
}
