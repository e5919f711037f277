package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.support.TestCluster;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AllocateProducerIdsRequest;
import org.junit.jupiter.api.Test;

class InitProducerIdTest {
    private final TestCluster cluster = new TestCluster();
    private int blocks;

    private static InitProducerIdRequestData idempotent() {
        return new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
    }

    private long next() {
        return cluster.ask(InitProducerIdResponseData.class, ApiKeys.INIT_PRODUCER_ID, idempotent())
                .producerId();
    }

    private AllocateProducerIdsResponseData block() {
        return new AllocateProducerIdsResponseData()
                .setProducerIdStart(1000L * blocks++)
                .setProducerIdLen(1000);
    }

    @Test
    void idsAreNeverGivenTwiceAndBlocksComeEarly() {
        cluster.controller.on(ApiKeys.ALLOCATE_PRODUCER_IDS, call -> block());
        Set<Long> given = new HashSet<>();
        for (int i = 0; i < 2500; i++) {
            assertThat(given.add(next())).isTrue();
            if (i == 899) {
                assertThat(blocks).isEqualTo(1);
            }
            if (i == 901) {
                assertThat(blocks)
                        .as("the next block is there before it is needed")
                        .isEqualTo(2);
            }
        }
        AllocateProducerIdsRequest request =
                (AllocateProducerIdsRequest) cluster.controller.lastCall().request();
        assertThat(request.data().brokerId()).isEqualTo(1);
        assertThat(request.data().brokerEpoch()).isEqualTo(101);
        assertThat(cluster.counter("weir_proxy_producer_id_blocks")).isEqualTo(3);
    }

    @Test
    void manyWhoWaitShareOneBlock() {
        List<CompletableFuture<ApiMessage>> asked = new ArrayList<>();
        cluster.controller.onAsync(ApiKeys.ALLOCATE_PRODUCER_IDS, call -> {
            CompletableFuture<ApiMessage> later = new CompletableFuture<>();
            asked.add(later);
            return later;
        });
        List<CompletableFuture<? extends ApiMessage>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(cluster.send(ApiKeys.INIT_PRODUCER_ID, 4, idempotent()));
        }
        assertThat(asked).hasSize(1);
        asked.getFirst().complete(block());
        assertThat(waiting)
                .extracting(w -> ((InitProducerIdResponseData) TestCluster.now(w)).producerId())
                .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void aControllerThatFailsIsAskedAgainAndOneThatIsSilentIsGivenUp() {
        cluster.controller.onAsync(
                ApiKeys.ALLOCATE_PRODUCER_IDS,
                call -> CompletableFuture.failedFuture(Errors.NOT_CONTROLLER.exception()));
        CompletableFuture<? extends ApiMessage> waiting = cluster.send(ApiKeys.INIT_PRODUCER_ID, 4, idempotent());
        assertThat(waiting).isNotDone();
        cluster.controller.on(
                ApiKeys.ALLOCATE_PRODUCER_IDS,
                call -> new AllocateProducerIdsResponseData().setErrorCode(Errors.STALE_BROKER_EPOCH.code()));
        cluster.timer.advanceClock(50);
        assertThat(waiting).isNotDone();
        cluster.controller.on(ApiKeys.ALLOCATE_PRODUCER_IDS, call -> block());
        cluster.timer.advanceClock(50);
        assertThat(((InitProducerIdResponseData) TestCluster.now(waiting)).producerId())
                .isZero();

        TestCluster silent = new TestCluster();
        silent.controller.onAsync(ApiKeys.ALLOCATE_PRODUCER_IDS, call -> new CompletableFuture<>());
        waiting = silent.send(ApiKeys.INIT_PRODUCER_ID, 4, idempotent());
        silent.timer.advanceClock(5000);
        assertThat(TestCluster.errorOf(waiting)).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        silent.controller.on(ApiKeys.ALLOCATE_PRODUCER_IDS, call -> block());
        assertThat(silent.send(ApiKeys.INIT_PRODUCER_ID, 4, idempotent()))
                .as("and asked afresh")
                .isDone();
    }

    @Test
    void aProducerThatLostCountGetsANewId() {
        cluster.controller.on(ApiKeys.ALLOCATE_PRODUCER_IDS, call -> block());
        next();
        InitProducerIdResponseData answer = cluster.ask(
                InitProducerIdResponseData.class,
                ApiKeys.INIT_PRODUCER_ID,
                idempotent().setProducerId(0).setProducerEpoch((short) 0));
        assertThat(answer.producerId()).isEqualTo(1);
        assertThat(answer.producerEpoch()).isZero();
        assertThat(TestCluster.errorOf(
                        cluster.send(ApiKeys.INIT_PRODUCER_ID, 4, idempotent().setProducerId(0))))
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void transactionsAreRefusedAtOnce() {
        assertThat(TestCluster.errorOf(
                        cluster.send(ApiKeys.INIT_PRODUCER_ID, 4, idempotent().setTransactionalId("tx"))))
                .isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(TestCluster.errorOf(
                        cluster.send(ApiKeys.INIT_PRODUCER_ID, 4, idempotent().setTransactionalId(""))))
                .isEqualTo(Errors.INVALID_REQUEST);
    }
}
