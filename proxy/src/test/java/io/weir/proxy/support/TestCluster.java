package io.weir.proxy.support;

import io.netty.buffer.Unpooled;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.weir.common.buffer.LeasedRecords;
import io.weir.kafka.Call;
import io.weir.log.stored.StoredReads;
import io.weir.kafka.Service;
import io.weir.metadata.ConfigDescriber;
import io.weir.metadata.NodeSettings;
import io.weir.metadata.TopicConfigs;
import io.weir.proxy.ProxyConfig;
import io.weir.proxy.ProxyService;
import io.weir.proxy.admin.ConfigAnswers;
import io.weir.proxy.routing.NodeIdentity;
import io.weir.proxy.routing.Nodes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.storage.internals.log.LogConfig;

/** A proxy on node 1 of a cluster of two nodes, all other roles faked. */
public final class TestCluster {
    public final FakeView view = new FakeView();
    public final ManualTime time = new ManualTime();
    public final ManualTimer timer = new ManualTimer();
    public final PrometheusRegistry registry = new PrometheusRegistry();
    public final FakeRole controller = new FakeRole();
    public final ProxyService proxy;
    private final Map<Integer, FakeRole> brokers = new ConcurrentHashMap<>();
    private final Map<Integer, FakeRole> coordinators = new ConcurrentHashMap<>();
    private InetSocketAddress reached = new InetSocketAddress("10.1.2.3", 19092);

    public TestCluster() {
        this(ProxyConfig.defaults());
    }

    public TestCluster(ProxyConfig config) {
        this(config, Optional.empty());
    }

    public TestCluster(ProxyConfig config, Optional<StoredReads> stored) {
        view.registerBroker(1, "one.internal", 9092, "rack-a", false);
        view.registerBroker(2, "two.internal", 9093, "rack-b", false);
        Nodes nodes = new Nodes() {
            @Override
            public Service broker(int nodeId) {
                return TestCluster.this.broker(nodeId);
            }

            @Override
            public Service coordinator(int nodeId) {
                return TestCluster.this.coordinator(nodeId);
            }

            @Override
            public Service controller() {
                return controller;
            }
        };
        proxy = new ProxyService(
                view,
                nodes,
                new NodeIdentity(1, "the-cluster"),
                config,
                new Settings(new ConfigDescriber(
                        new NodeSettings(1, LogConfig.SERVER_CONFIG_DEF, Map.of(), NodeSettings.DYNAMIC),
                        new TopicConfigs(1, Map.of()))),
                stored,
                time,
                timer,
                registry);
    }

    public FakeRole broker(int nodeId) {
        return brokers.computeIfAbsent(nodeId, id -> new FakeRole());
    }

    public FakeRole coordinator(int nodeId) {
        return coordinators.computeIfAbsent(nodeId, id -> new FakeRole());
    }

    /** From now on clients reach node 1 by this address. */
    public void reachedBy(InetSocketAddress address) {
        reached = address;
    }

    /** The controller makes topics, led by node 1, and the view sees them when {@code visible} is run. */
    public void controllerCreatesTopics(java.util.function.Consumer<Runnable> visible) {
        controller.on(ApiKeys.CREATE_TOPICS, call -> {
            CreateTopicsResponseData response = new CreateTopicsResponseData();
            for (CreatableTopic topic :
                    ((CreateTopicsRequest) call.request()).data().topics()) {
                response.topics().add(new CreatableTopicResult().setName(topic.name()));
                visible.accept(() -> view.createTopic(topic.name(), leaders(topic.numPartitions())));
            }
            return response;
        });
    }

    private static int[] leaders(int partitions) {
        int[] leaders = new int[Math.max(1, partitions)];
        java.util.Arrays.fill(leaders, 1);
        return leaders;
    }

    /** Sends a request through the form that it has on the wire. */
    public CompletableFuture<? extends ApiMessage> send(ApiKeys api, int version, ApiMessage request) {
        return proxy.call(call(api, version, request));
    }

    /** As {@link #send}, when the answer is there at once; it has been through the wire too. */
    public <T extends ApiMessage> T ask(Class<T> type, ApiKeys api, int version, ApiMessage request) {
        return type.cast(overTheWire(api, version, now(send(api, version, request))));
    }

    /** The latest version. */
    public <T extends ApiMessage> T ask(Class<T> type, ApiKeys api, ApiMessage request) {
        return ask(type, api, api.latestVersion(), request);
    }

    /** The request as the wire server would hand it over. */
    public Call call(ApiKeys api, int version, ApiMessage request) {
        ByteBufferAccessor bytes = MessageUtil.toByteBufferAccessor(request, (short) version);
        AbstractRequest parsed = AbstractRequest.parseRequest(api, (short) version, bytes).request;
        RequestContext context = new RequestContext(
                new RequestHeader(api, (short) version, "client", 1),
                "connection",
                InetAddress.getLoopbackAddress(),
                new KafkaPrincipal("User", "alice"),
                new ListenerName("PLAINTEXT"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
        return new Call(context, parsed, reached, Unpooled.EMPTY_BUFFER);
    }

    /** What the future holds now; a test never waits. */
    public static <T> T now(CompletableFuture<T> future) {
        if (!future.isDone()) {
            throw new AssertionError("There is no answer yet");
        }
        return future.join();
    }

    /** The error that a client would be told of a failed call. */
    public static Errors errorOf(CompletableFuture<?> future) {
        try {
            now(future);
        } catch (CompletionException e) {
            return Errors.forException(e);
        }
        throw new AssertionError("The call did not fail");
    }

    /** Writes and reads an answer; throws when a field is set that the version does not have. */
    public static ApiMessage overTheWire(ApiKeys api, int version, ApiMessage answer) {
        if (answer instanceof FetchResponseData fetch) {
            fetch.responses()
                    .forEach(topic -> topic.partitions().forEach(partition -> {
                        if (partition.records() instanceof LeasedRecords leased) {
                            partition.setRecords(leased.copy());
                        }
                    }));
        }
        ByteBufferAccessor bytes = MessageUtil.toByteBufferAccessor(answer, (short) version);
        ApiMessage read = ApiMessageType.fromApiKey(api.id).newResponse();
        read.read(bytes, (short) version);
        // Clients read it by this.
        AbstractResponse.parseResponse(api, MessageUtil.toByteBufferAccessor(answer, (short) version), (short) version);
        return read;
    }

    /** A counter's value, over all labels. */
    public double counter(String name) {
        return registry.scrape(name::equals).stream()
                .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    public double gauge(String name) {
        return registry.scrape(name::equals).stream()
                .flatMap(snapshot -> ((GaugeSnapshot) snapshot).getDataPoints().stream())
                .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
                .sum();
    }

    private record Settings(ConfigDescriber describer) implements ConfigAnswers {
        @Override
        public DescribeConfigsResponseData describe(MetadataImage image, DescribeConfigsRequestData request) {
            return describer.describe(image, request);
        }

        @Override
        public ListConfigResourcesResponseData list(MetadataImage image, ListConfigResourcesRequest request) {
            return describer.list(image, request);
        }
    }
}
