package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.feature.Features;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.SaslHandshakeRequest;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

/** The first request of every client. */
class ApiVersionsTest {
    private final StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.PRODUCE, ApiKeys.FETCH);

    private static ApiVersionsRequest request(int version, String software) {
        return new ApiVersionsRequest(
                new ApiVersionsRequestData().setClientSoftwareName(software).setClientSoftwareVersion("1.2.3"),
                (short) version);
    }

    @Test
    void onlyWhatIsServedIsAdvertised() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            for (int version = 0; version <= ApiKeys.API_VERSIONS.latestVersion(); version++) {
                ApiVersionsResponse answer = (ApiVersionsResponse) client.call(request(version, "test"));

                assertThat(answer.data().errorCode()).isZero();
                assertThat(answer.data().apiKeys().stream().map(key -> ApiKeys.forId(key.apiKey())))
                        .containsExactlyInAnyOrder(
                                ApiKeys.API_VERSIONS, ApiKeys.METADATA, ApiKeys.PRODUCE, ApiKeys.FETCH);
                // librdkafka's bug: Produce is said to begin at 0 and does not.
                assertThat(answer.apiVersion(ApiKeys.PRODUCE.id).minVersion()).isZero();
                assertThat(answer.apiVersion(ApiKeys.FETCH.id).minVersion()).isEqualTo(ApiKeys.FETCH.oldestVersion());
                assertThat(answer.apiVersion(ApiKeys.FETCH.id).maxVersion())
                        .isEqualTo(ApiKeys.FETCH.latestVersion(false));
            }
        }
    }

    @Test
    void unknownVersionIsAnsweredAtVersionZeroWithTheVersionsThatAreKnown() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            client.sendBytes(RawClient.framed(RawClient.rawHeader(ApiKeys.API_VERSIONS.id, 77, 4711, 20)));

            var body = client.receive();
            assertThat(body.getInt()).isEqualTo(4711);
            ApiVersionsResponseData answer = new ApiVersionsResponseData(new ByteBufferAccessor(body), (short) 0);
            assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.UNSUPPORTED_VERSION);
            assertThat(answer.apiKeys().find(ApiKeys.API_VERSIONS.id).maxVersion())
                    .isEqualTo(ApiKeys.API_VERSIONS.latestVersion());
            // And the connection lives on, as KIP-511 wants it.
            assertThat(client.call(request(3, "test")).errorCounts()).containsOnlyKeys(Errors.NONE);
        }
    }

    @Test
    void clientSaysWhatItIs() throws Exception {
        try (WireFixture wire = new WireFixture(service);
                RawClient client = wire.client()) {
            assertThat(client.call(request(3, "bad name!")).errorCounts()).containsOnlyKeys(Errors.INVALID_REQUEST);
            client.call(request(3, "my-client"));
            client.send(Requests.metadata(), 1);
            StubService.Pending pending = service.next();
            assertThat(pending.call().context().clientInformation.softwareName())
                    .isEqualTo("my-client");
            assertThat(pending.call().context().clientInformation.softwareVersion())
                    .isEqualTo("1.2.3");
            pending.future().complete(Requests.metadataAnswer(1));
            client.receive();
        }
    }

    @Test
    void featuresAreThoseOfTheSupplier() throws Exception {
        FeatureLevels levels = new FeatureLevels(
                Features.supportedFeatures(Map.of(
                        "metadata.version", new SupportedVersionRange((short) 7, (short) 29),
                        "group.version", new SupportedVersionRange((short) 0, (short) 1))),
                Map.of("group.version", (short) 1),
                42);
        try (WireServer server = new WireServer(
                WireFixture.config(),
                service,
                () -> levels,
                Authenticator.anonymous(),
                new PooledByteBufAllocator(true),
                Time.SYSTEM,
                new PrometheusRegistry())) {
            InetSocketAddress address = Objects.requireNonNull(server.bind().get("PLAINTEXT"));
            try (RawClient client = new RawClient(address)) {
                ApiVersionsResponseData old = ((ApiVersionsResponse) client.call(request(3, "test"))).data();
                assertThat(old.supportedFeatures().find("metadata.version").maxVersion())
                        .isEqualTo((short) 29);
                assertThat(old.supportedFeatures().find("group.version")).isNull();
                assertThat(old.finalizedFeatures().find("group.version").maxVersionLevel())
                        .isEqualTo((short) 1);
                assertThat(old.finalizedFeaturesEpoch()).isEqualTo(42);
                ApiVersionsResponseData now = ((ApiVersionsResponse) client.call(request(4, "test"))).data();
                assertThat(now.supportedFeatures().find("group.version").minVersion())
                        .isEqualTo((short) 0);
            }
        }
    }

    /** Lets in whoever has shaken hands. */
    private static final class Handshake implements Authenticator {
        private Optional<KafkaPrincipal> principal = Optional.empty();

        @Override
        public Optional<KafkaPrincipal> principal() {
            return principal;
        }

        @Override
        public Set<ApiKeys> apis() {
            return EnumSet.of(ApiKeys.SASL_HANDSHAKE);
        }

        @Override
        public CompletableFuture<? extends ApiMessage> call(Call call) {
            principal = Optional.of(new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "alice"));
            return CompletableFuture.completedFuture(new SaslHandshakeResponseData());
        }
    }

    @Test
    void nothingButAuthenticationIsTakenBeforeIt() throws Exception {
        try (WireFixture wire = new WireFixture(WireFixture.config(), service, (listener, remote) -> new Handshake())) {
            try (RawClient client = wire.client()) {
                client.call(request(3, "test"));
                client.send(Requests.metadata(), 1);
                assertThat(client.closedWithin(Duration.ofSeconds(5))).isTrue();
            }
            try (RawClient client = wire.client()) {
                ApiVersionsResponse versions = (ApiVersionsResponse) client.call(request(3, "test"));
                assertThat(versions.apiVersion(ApiKeys.SASL_HANDSHAKE.id)).isNotNull();
                client.call(new SaslHandshakeRequest(new SaslHandshakeRequestData(), (short) 1));
                client.send(Requests.metadata(), 1);
                StubService.Pending pending = service.next();
                assertThat(pending.call().context().principal.getName()).isEqualTo("alice");
                pending.future().complete(Requests.metadataAnswer(1));
                client.receive();
            }
        }
    }
}
