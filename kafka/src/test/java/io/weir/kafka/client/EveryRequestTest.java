package io.weir.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.buffer.LeasedRecords;
import io.weir.kafka.Call;
import io.weir.kafka.wire.RandomMessages;
import io.weir.kafka.wire.StubService;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.DescribeAclsRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever a client may ask in whatever version arrives at the other node as it was, and so does the answer. */
class EveryRequestTest {
    private static final Set<ApiKeys> NOT_FORWARDED =
            EnumSet.of(ApiKeys.API_VERSIONS, ApiKeys.SASL_HANDSHAKE, ApiKeys.SASL_AUTHENTICATE);

    private static Set<ApiKeys> apis() {
        Set<ApiKeys> apis = EnumSet.noneOf(ApiKeys.class);
        for (ApiKeys api : ApiKeys.values()) {
            if (api.hasValidVersion() && !NOT_FORWARDED.contains(api)) {
                apis.add(api);
            }
        }
        return apis;
    }

    /** Some that Kafka's classes take: they refuse those whose enumerations make no sense. */
    private static AbstractRequest request(Random random, ApiKeys api, short version) {
        if (api == ApiKeys.DESCRIBE_ACLS) {
            return new DescribeAclsRequest.Builder(AclBindingFilter.ANY).build(version);
        }
        for (int attempt = 0; attempt < 1000; attempt++) {
            try {
                ByteBuffer body = RandomMessages.plausible(random).body(api.messageType::newRequest, version);
                return plain(AbstractRequest.parseRequest(api, version, new ByteBufferAccessor(body)).request);
            } catch (IllegalArgumentException | InvalidRequestException e) {
                // The next one.
            }
        }
        throw new AssertionError("no request of " + api);
    }

    private static AbstractRequest plain(AbstractRequest request) {
        if (request.data() instanceof ProduceRequestData produce) {
            produce.setAcks((short) -1);
            for (var topic : produce.topicData()) {
                for (var partition : topic.partitionData()) {
                    if (partition.records() == null) {
                        partition.setRecords(MemoryRecords.EMPTY);
                    }
                }
            }
        }
        return request;
    }

    private static ApiMessage answer(RandomMessages messages, ApiKeys api, short version) {
        ApiMessage answer = api.messageType.newResponse();
        answer.read(new ByteBufferAccessor(messages.body(api.messageType::newResponse, version)), version);
        return answer;
    }

    private static ByteBuffer bytes(ApiMessage message, short version) {
        return MessageUtil.toByteBufferAccessor(message, version).buffer();
    }

    /** Leases become copies, so that they can be compared. */
    private static ApiMessage owned(ApiMessage message) {
        if (message instanceof FetchResponseData fetch) {
            fetch.responses()
                    .forEach(topic ->
                            topic.partitions().forEach(partition -> partition.setRecords(owned(partition.records()))));
        } else if (message instanceof ShareFetchResponseData fetch) {
            fetch.responses()
                    .forEach(topic ->
                            topic.partitions().forEach(partition -> partition.setRecords(owned(partition.records()))));
        }
        return message;
    }

    private static @Nullable BaseRecords owned(@Nullable BaseRecords records) {
        if (records instanceof LeasedRecords leased) {
            MemoryRecords copy = leased.copy();
            leased.release();
            return copy;
        }
        return records;
    }

    @Test
    void arrivesAsItWasInItsOldestAndLatestVersion() throws Exception {
        StubService service = new StubService(apis());
        List<String> seen = new ArrayList<>();
        try (Nodes nodes = new Nodes(service)) {
            for (ApiKeys api : apis()) {
                for (short version : new short[] {api.oldestVersion(), api.latestVersion(false)}) {
                    Random random = new Random(api.id * 1000L + version);
                    AbstractRequest request = request(random, api, version);
                    ByteBuffer expected = bytes(request.data(), version);
                    ApiMessage answer = answer(RandomMessages.plausible(random), api, version);
                    ByteBuffer expectedAnswer = bytes(answer, version);
                    var future = nodes.remote.call(Nodes.call(request));
                    StubService.Pending pending = service.next();
                    Call arrived = pending.call();
                    assertThat(arrived.api()).isEqualTo(api);
                    assertThat(arrived.version()).as("version of %s", api).isEqualTo(version);
                    assertThat(bytes(arrived.request().data(), version))
                            .as("%s version %s", api, version)
                            .isEqualTo(expected);
                    assertIsAlice(arrived);
                    pending.future().complete(answer);
                    ApiMessage got = owned(future.get(20, TimeUnit.SECONDS));
                    assertThat(bytes(got, version))
                            .as("answer to %s version %s", api, version)
                            .isEqualTo(expectedAnswer);
                    seen.add(api + "-" + version);
                }
            }
            assertThat(seen).hasSizeGreaterThan(150);
            assertThat(nodes.remote.apis()).containsAll(apis());
        }
    }

    private static void assertIsAlice(Call arrived) {
        var context = arrived.context();
        assertThat(context.principal()).isEqualTo(Nodes.ALICE);
        assertThat(context.principal().tokenAuthenticated()).isTrue();
        assertThat(context.clientAddress().getHostAddress()).isEqualTo("10.1.2.3");
        assertThat(context.clientPort).contains(50123);
        assertThat(context.clientId()).isEqualTo("app-1");
        assertThat(context.listenerName()).isEqualTo("EXTERNAL");
        assertThat(context.securityProtocol().name).isEqualTo("SASL_SSL");
        assertThat(context.connectionId()).isEqualTo("c-1");
        assertThat(context.clientInformation.softwareName()).isEqualTo("librdkafka");
        assertThat(context.header.data().unknownTaggedFields()).isEmpty();
    }
}
