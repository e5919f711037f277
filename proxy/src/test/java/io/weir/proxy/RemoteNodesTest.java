package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.proxy.peer.PeerConfig;
import io.weir.proxy.peer.ProxyHealth;
import io.weir.proxy.peer.RemoteNodes;
import io.weir.proxy.support.FakeRole;
import io.weir.proxy.support.FakeView;
import io.weir.proxy.support.ManualTime;
import io.weir.proxy.support.TestCluster;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

class RemoteNodesTest {
    private final FakeView view = new FakeView();
    private final ManualTime time = new ManualTime();
    private final FakeRole broker = new FakeRole().on(ApiKeys.LIST_OFFSETS, call -> new ListOffsetsResponseData());
    private final FakeRole controller = new FakeRole();
    private final Map<InetSocketAddress, FakeRole> remote = new HashMap<>();
    private final RemoteNodes nodes = new RemoteNodes(
            view,
            1,
            new RemoteNodes.Own(Optional.of(broker), Optional.empty(), controller),
            address -> at(address.getHostString(), address.getPort()),
            new PeerConfig(3, Duration.ofMillis(500), Duration.ofSeconds(10)),
            time,
            new PrometheusRegistry());

    private FakeRole at(String host, int port) {
        return remote.computeIfAbsent(
                InetSocketAddress.createUnresolved(host, port),
                address -> new FakeRole()
                        .on(ApiKeys.LIST_OFFSETS, call -> new ListOffsetsResponseData())
                        .on(ApiKeys.API_VERSIONS, call -> new ApiVersionsResponseData()));
    }

    private void register(int id, boolean fenced) {
        view.register(id, null, fenced, List.of(FakeView.listener("INTERNAL", "node" + id, 19092)));
    }

    private static Call question() {
        return new TestCluster().call(ApiKeys.LIST_OFFSETS, 7, new ListOffsetsRequestData());
    }

    private static boolean isAnswered(Service service) {
        CompletableFuture<? extends ApiMessage> answer = service.call(question());
        return answer.isDone() && !answer.isCompletedExceptionally();
    }

    private void breakNode(int id) {
        CompletableFuture<ApiMessage> lost = CompletableFuture.failedFuture(new NetworkException("lost"));
        at("node" + id, 19092).onAsync(ApiKeys.LIST_OFFSETS, call -> lost).onAsync(ApiKeys.API_VERSIONS, call -> lost);
    }

    private void mend(int id) {
        at("node" + id, 19092)
                .on(ApiKeys.LIST_OFFSETS, call -> new ListOffsetsResponseData())
                .on(ApiKeys.API_VERSIONS, call -> new ApiVersionsResponseData());
    }

    @Test
    void ownRolesAreHereAndOthersWhereTheyRegistered() {
        register(2, false);
        assertThat(nodes.broker(1)).isSameAs(broker);
        assertThat(nodes.controller()).isSameAs(controller);
        assertThat(isAnswered(nodes.coordinator(1))).as("this node is no coordinator").isFalse();
        assertThat(isAnswered(nodes.broker(2))).isTrue();
        assertThat(isAnswered(nodes.coordinator(2))).isTrue();
        assertThat(at("node2", 19092).calls()).hasSize(2);
        assertThat(isAnswered(nodes.broker(7))).as("not registered").isFalse();
        view.registerBroker(8, "eight", 9092, null, false);
        assertThat(isAnswered(nodes.broker(8))).as("no listener for nodes").isFalse();
    }

    @Test
    void aNodeThatDoesNotAnswerIsLeftAloneButForAnAttemptNowAndThen() {
        register(2, false);
        breakNode(2);
        for (int i = 0; i < 10; i++) {
            assertThat(isAnswered(nodes.broker(2))).isFalse();
        }
        assertThat(at("node2", 19092).calls()).as("then calls fail at once").hasSize(3);
        time.advance(500);
        isAnswered(nodes.broker(2));
        isAnswered(nodes.broker(2));
        assertThat(at("node2", 19092).calls()).hasSize(4);
        mend(2);
        time.advance(500);
        assertThat(isAnswered(nodes.broker(2))).isTrue();
        assertThat(isAnswered(nodes.broker(2))).isTrue();
    }

    @Test
    void nobodyWaitsForANodeThatIsFenced() {
        register(2, false);
        CompletableFuture<ApiMessage> never = new CompletableFuture<>();
        at("node2", 19092).onAsync(ApiKeys.LIST_OFFSETS, call -> never);
        CompletableFuture<? extends ApiMessage> answer = nodes.broker(2).call(question());
        assertThat(answer).isNotDone();
        register(2, true);
        assertThat(answer).isCancelled();
    }

    @Test
    void whoReachesHardlyAnybodySaysSoUntilItDoes() {
        ProxyHealth health = new ProxyHealth(List.of(nodes::trouble), new PrometheusRegistry());
        register(2, false);
        register(3, false);
        breakNode(2);
        breakNode(3);
        for (int i = 0; i < 3; i++) {
            isAnswered(nodes.broker(2));
            isAnswered(nodes.broker(3));
        }
        assertThat(health.get()).as("not at once").isEmpty();
        time.advance(11_000);
        assertThat(health.get().orElseThrow()).contains("2 have not answered");
        mend(3);
        time.advance(600);
        health.get();
        assertThat(health.get()).as("one of two answers: it is not this node").isEmpty();
        assertThat(isAnswered(nodes.broker(3))).isTrue();
    }

    @Test
    void nodesThatTheControllerHasFencedDoNotCount() {
        register(2, false);
        breakNode(2);
        for (int i = 0; i < 3; i++) {
            isAnswered(nodes.broker(2));
        }
        time.advance(11_000);
        assertThat(nodes.trouble()).isPresent();
        register(2, true);
        assertThat(nodes.trouble()).isEmpty();
    }
}
