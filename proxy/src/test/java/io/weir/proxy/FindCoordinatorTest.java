package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.support.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.junit.jupiter.api.Test;

class FindCoordinatorTest {
    private final TestCluster cluster = new TestCluster();

    private FindCoordinatorResponseData ask(int version, FindCoordinatorRequestData request) {
        return cluster.ask(FindCoordinatorResponseData.class, ApiKeys.FIND_COORDINATOR, version, request);
    }

    @Test
    void aGroupIsWhereItsPartitionIs() {
        // "a" hashes to 97, "b" to 98.
        cluster.view.createTopic("__consumer_offsets", 2, 1);

        FindCoordinatorResponseData answer =
                ask(6, new FindCoordinatorRequestData().setCoordinatorKeys(List.of("a", "b")));

        assertThat(answer.coordinators()).extracting(Coordinator::key).containsExactly("a", "b");
        assertThat(answer.coordinators()).extracting(Coordinator::nodeId).containsExactly(1, 2);
        assertThat(answer.coordinators()).extracting(Coordinator::host).containsExactly("10.1.2.3", "two.internal");
        FindCoordinatorResponseData old = ask(3, new FindCoordinatorRequestData().setKey("b"));
        assertThat(old.nodeId()).isEqualTo(2);
        assertThat(old.port()).isEqualTo(9093);
    }

    @Test
    void theFirstQuestionMakesTheTopic() {
        List<Runnable> visible = new ArrayList<>();
        cluster.controllerCreatesTopics(visible::add);

        CompletableFuture<? extends ApiMessage> answer = cluster.send(
                ApiKeys.FIND_COORDINATOR, 4, new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g")));
        assertThat(answer).isNotDone();
        visible.forEach(Runnable::run);

        Coordinator coordinator = ((FindCoordinatorResponseData) TestCluster.now(answer))
                .coordinators()
                .getFirst();
        assertThat(coordinator.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(coordinator.nodeId()).isEqualTo(1);
        CreateTopicsRequest made =
                (CreateTopicsRequest) cluster.controller.lastCall().request();
        assertThat(made.data().topics().find("__consumer_offsets").numPartitions())
                .isEqualTo(50);
        assertThat(made.data()
                        .topics()
                        .find("__consumer_offsets")
                        .configs()
                        .find("cleanup.policy")
                        .value())
                .isEqualTo("compact");
    }

    @Test
    void withoutALeaderThereIsNoCoordinatorYet() {
        cluster.view.createTopic("__consumer_offsets", -1);
        assertThat(ask(0, new FindCoordinatorRequestData().setKey("g")).errorCode())
                .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());

        TestCluster slow = new TestCluster();
        slow.controllerCreatesTopics(never -> {});
        CompletableFuture<? extends ApiMessage> answer =
                slow.send(ApiKeys.FIND_COORDINATOR, 2, new FindCoordinatorRequestData().setKey("g"));
        slow.view.expire();
        assertThat(((FindCoordinatorResponseData) TestCluster.now(answer)).errorCode())
                .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
    }

    @Test
    void whatIsNotThereYetIsSaidAtOnce() {
        FindCoordinatorResponseData transaction =
                ask(5, new FindCoordinatorRequestData().setKeyType((byte) 1).setCoordinatorKeys(List.of("tx")));
        Coordinator refused = transaction.coordinators().getFirst();
        assertThat(refused.errorMessage()).isEqualTo("transactions are not supported yet");
        assertThat(Errors.forCode(refused.errorCode()).exception())
                .isNotInstanceOf(org.apache.kafka.common.errors.RetriableException.class);
        FindCoordinatorResponseData share =
                ask(6, new FindCoordinatorRequestData().setKeyType((byte) 2).setCoordinatorKeys(List.of("g:id:0")));
        assertThat(share.coordinators().getFirst().errorMessage()).isEqualTo("share groups are not supported yet");
        assertThat(TestCluster.errorOf(cluster.send(
                        ApiKeys.FIND_COORDINATOR,
                        6,
                        new FindCoordinatorRequestData().setKeyType((byte) 7).setCoordinatorKeys(List.of("k")))))
                .isEqualTo(Errors.INVALID_REQUEST);
    }
}
