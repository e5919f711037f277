package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.Unpooled;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.buffer.LeasedRecords;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.metadata.ClusterView;
import io.weir.proxy.fetch.FetchConfig;
import io.weir.proxy.fetch.FetchHandler;
import io.weir.proxy.fetch.FetchSources;
import io.weir.proxy.cluster.ClientEndpoints;
import io.weir.proxy.cluster.LeaderHints;
import io.weir.proxy.produce.ProduceHandler;
import io.weir.proxy.produce.Resending;
import io.weir.proxy.routing.RetryConfig;
import io.weir.proxy.support.ManualTimer;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Nodes;
import io.weir.proxy.support.FakeView;
import io.weir.proxy.support.ManualTime;
import io.weir.proxy.support.TestCluster;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.junit.jupiter.api.Test;

/** What the proxy itself allocates for a request that its handlers see thousands of times a second. */
class HotPathTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 2_000;

    private final FakeView view = new FakeView();
    private ApiMessage answer = new ProduceResponseData();

    private Forwarder forwarder() {
        Service owner = new Service() {
            @Override
            public Set<ApiKeys> apis() {
                return Set.of();
            }

            @Override
            public CompletableFuture<? extends ApiMessage> call(Call call) {
                return CompletableFuture.completedFuture(answer);
            }
        };
        Nodes nodes = new Nodes() {
            @Override
            public Service broker(int nodeId) {
                return owner;
            }

            @Override
            public Service coordinator(int nodeId) {
                return owner;
            }

            @Override
            public Service controller() {
                return owner;
            }
        };
        return new Forwarder(nodes, new PrometheusRegistry());
    }

    private static long bytesEach(IntConsumer action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            action.accept(i);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = WARM_UP; i < WARM_UP + MEASURED; i++) {
            action.accept(i);
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED;
    }

    @Test
    void aProduceToOneOwnerCostsNextToNothing() {
        view.createTopic("t", 1);
        ProduceHandler handler = new ProduceHandler(
                view,
                forwarder(),
                new Resending.Parts(
                        1,
                        new LeaderHints(new ClientEndpoints(view, 1, true)),
                        RetryConfig.defaults(),
                        new ManualTime(),
                        new ManualTimer(),
                        new PrometheusRegistry()));
        Call call = new TestCluster()
                .call(ApiKeys.PRODUCE, 12, ProduceTest.request(-1, ProduceTest.topic("t", Uuid.ZERO_UUID, 0)));
        long bytes = bytesEach(i -> TestCluster.now(handler.handle(call)));
        assertThat(bytes).as("bytes for a request").isLessThan(256);
    }

    @Test
    void aFetchOfOnePartitionInASessionCostsLittle() {
        Uuid id = view.createTopic("t", 1);
        ClusterView clusterView = view;
        FetchHandler handler = new FetchHandler(
                clusterView,
                forwarder(),
                new FetchSources(
                        view, forwarder(), 1, Optional.empty(), new LeaderHints(new ClientEndpoints(view, 1, true))),
                FetchConfig.defaults(),
                new ManualTime(),
                new PrometheusRegistry());
        Call some = new TestCluster().call(ApiKeys.FETCH, 17, request(id, 0, 0, 0));
        PartitionData partition =
                new PartitionData().setPartitionIndex(0).setRecords(LeasedRecords.unowned(ByteBuffer.allocate(100)));
        answer = new FetchResponseData()
                .setResponses(List.of(new FetchableTopicResponse()
                        .setTopic("t")
                        .setTopicId(id)
                        .setPartitions(List.of(partition))));
        int session = ((FetchResponseData) TestCluster.now(handler.handle(some))).sessionId();
        int[] epoch = {1};
        // The requests are made beforehand: the wire's cost, not the proxy's.
        Call[] calls = new Call[WARM_UP + MEASURED];
        for (int i = 0; i < calls.length; i++) {
            FetchRequest request = new FetchRequest(request(id, session, epoch[0], i), (short) 17);
            epoch[0] = FetchMetadata.nextEpoch(epoch[0]);
            calls[i] = new Call(some.context(), request, some.localAddress(), Unpooled.EMPTY_BUFFER);
        }
        long bytes = bytesEach(i -> {
            FetchResponseData data = (FetchResponseData) TestCluster.now(handler.handle(calls[i]));
            assertThat(data.errorCode()).isZero();
        });
        assertThat(bytes).as("bytes for a request").isLessThan(4096);
    }

    private static FetchRequestData request(Uuid topic, int session, int epoch, long offset) {
        return new FetchRequestData()
                .setMaxWaitMs(500)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setSessionId(session)
                .setSessionEpoch(epoch)
                .setTopics(List.of(new FetchTopic()
                        .setTopicId(topic)
                        .setPartitions(List.of(new FetchPartition()
                                .setPartition(0)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(1 << 20)))));
    }
}
