package io.weir.metadata.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.metadata.raft.ActiveController;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemoteControllerTest {
    private static final RemoteControllerConfig CONFIG = new RemoteControllerConfig(
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMillis(50), Duration.ofMillis(2), 4);

    private final FakeController first = new FakeController();
    private final FakeController second = new FakeController();
    private final FakeController own = new FakeController();
    private final InternalCalls calls = new InternalCalls(7);
    private volatile Optional<ActiveController> active = Optional.of(leader(1, 5));
    private final RemoteController controller = new RemoteController(
            CONFIG,
            Set.of(ApiKeys.CREATE_TOPICS, ApiKeys.BROKER_HEARTBEAT),
            () -> active,
            Optional.of(new RemoteController.LocalController(7, own)),
            address -> address.getPort() == 1 ? first : second,
            Time.SYSTEM,
            new PrometheusRegistry());

    private static ActiveController leader(int nodeId, int epoch) {
        return new ActiveController(nodeId, epoch, InetSocketAddress.createUnresolved("h", nodeId));
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void callGoesToTheOneThatDecidesAndOwnControllersAreCalledDirectly() throws Exception {
        CompletableFuture<CreateTopicsResponseData> answer = create(10_000);
        first.next().complete(created(Errors.NONE));
        assertThat(get(answer).topics().find("t").errorCode()).isZero();
        active = Optional.of(leader(7, 6));
        answer = create(10_000);
        own.next().complete(created(Errors.NONE));
        get(answer);
        assertThat(second.calls).isEmpty();
    }

    @Test
    void refusalAndLostConnectionAreTriedAgainWithTheNextOne() throws Exception {
        CompletableFuture<CreateTopicsResponseData> answer = create(10_000);
        first.next().complete(created(Errors.NOT_CONTROLLER));
        first.next().completeExceptionally(new DisconnectException("gone"));
        active = Optional.of(leader(2, 6));
        first.answerAll(created(Errors.NOT_CONTROLLER));
        second.next().completeExceptionally(new NotControllerException("not yet"));
        second.next().complete(created(Errors.NONE));
        assertThat(get(answer).topics().find("t").errorCode()).isZero();
    }

    @Test
    void otherErrorsAreTheCallersOwn() throws Exception {
        CompletableFuture<CreateTopicsResponseData> answer = create(10_000);
        first.next().complete(created(Errors.TOPIC_ALREADY_EXISTS));
        assertThat(get(answer).topics().find("t").errorCode()).isEqualTo(Errors.TOPIC_ALREADY_EXISTS.code());
        answer = create(10_000);
        first.next().completeExceptionally(new PolicyViolationException("no"));
        assertThat(failure(answer)).isInstanceOf(PolicyViolationException.class);
    }

    @Test
    void callAtAControllerThatHangsIsTakenBackWhenThereIsAnother() throws Exception {
        CompletableFuture<CreateTopicsResponseData> answer = create(10_000);
        CompletableFuture<ApiMessage> hanging = first.next();
        active = Optional.of(leader(2, 6));
        second.next().complete(created(Errors.NONE));
        get(answer);
        assertThat(hanging).isCancelled();
    }

    @Test
    void callsDoNotWaitForEachOther() throws Exception {
        CompletableFuture<BrokerHeartbeatResponseData> one = heartbeat();
        CompletableFuture<BrokerHeartbeatResponseData> two = heartbeat();
        CompletableFuture<ApiMessage> unanswered = first.next();
        first.next().complete(new BrokerHeartbeatResponseData());
        get(two);
        assertThat(one).isNotDone();
        unanswered.complete(new BrokerHeartbeatResponseData());
        get(one);
    }

    @Test
    void withoutAControllerACallFailsWhenItsTimeIsOver() {
        active = Optional.empty();
        assertThat(failure(create(30))).isInstanceOf(NotControllerException.class);
        active = Optional.of(leader(1, 5));
        assertThat(failure(create(30))).as("taken, but not answered").isInstanceOf(TimeoutException.class);
    }

    @Test
    void waitsForAControllerToBeFound() throws Exception {
        active = Optional.empty();
        CompletableFuture<CreateTopicsResponseData> answer = create(10_000);
        active = Optional.of(leader(2, 6));
        second.next().complete(created(Errors.NONE));
        get(answer);
    }

    @Test
    void tooManyCallsAreRefused() {
        for (int i = 0; i < CONFIG.maxCalls(); i++) {
            CompletableFuture<BrokerHeartbeatResponseData> _ = heartbeat();
        }
        assertThat(failure(heartbeat())).isInstanceOf(TimeoutException.class).hasMessageContaining("4 calls wait");
    }

    private CompletableFuture<CreateTopicsResponseData> create(int timeoutMs) {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(timeoutMs);
        request.topics().add(new CreateTopicsRequestData.CreatableTopic().setName("t"));
        return calls.send(controller, new CreateTopicsRequest.Builder(request), CreateTopicsResponseData.class);
    }

    private CompletableFuture<BrokerHeartbeatResponseData> heartbeat() {
        return calls.send(
                controller, RegistrationRequests.heartbeat(7, 1, 1, false, false), BrokerHeartbeatResponseData.class);
    }

    private static CreateTopicsResponseData created(Errors error) {
        CreateTopicsResponseData answer = new CreateTopicsResponseData();
        answer.topics()
                .add(new CreateTopicsResponseData.CreatableTopicResult()
                        .setName("t")
                        .setErrorCode(error.code()));
        return answer;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        try {
            future.get(20, TimeUnit.SECONDS);
            throw new AssertionError("no failure");
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(100_000);
        }
    }

    /** Answers when the test says so. */
    private static final class FakeController implements Service {
        final Queue<CompletableFuture<ApiMessage>> calls = new ConcurrentLinkedQueue<>();

        @Override
        public Set<ApiKeys> apis() {
            return Set.of();
        }

        @Override
        public CompletableFuture<? extends ApiMessage> call(Call call) {
            CompletableFuture<ApiMessage> answer = new CompletableFuture<>();
            calls.add(answer);
            return answer;
        }

        CompletableFuture<ApiMessage> next() {
            await(() -> !calls.isEmpty());
            return calls.remove();
        }

        void answerAll(ApiMessage answer) {
            calls.forEach(call -> call.complete(answer));
        }
    }
}
