package io.weir.metadata.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.DuplicateBrokerRegistrationException;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.image.loader.LogDeltaManifest;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeRegistrationTest {
    private final FakeController controller = new FakeController();
    private final AtomicLong applied = new AtomicLong(1_000);
    private NodeRegistration registration = registration(List.of());

    @AfterEach
    void stop() {
        registration.kill();
    }

    @Test
    void registersThenIsUnfencedWhenItHasCaughtUp() throws Exception {
        applied.set(3);
        CompletableFuture<Long> epoch = registration.start();
        assertThat(epoch).isNotDone();
        see(Optional.empty());
        assertThat(get(epoch)).isEqualTo(100);
        CompletableFuture<Void> active = registration.activate();
        controller.awaitCalls(5);
        assertThat(active).as("the image does not know the registration yet").isNotDone();
        assertThat(controller.unfencedAt).isEmpty();
        applied.set(200);
        get(active);
        assertThat(registration.state()).isEqualTo(NodeState.ACTIVE);
    }

    @Test
    void predecessorThatIsKnownToBeGoneIsFencedAndUnregisteredFirst() {
        Uuid old = Uuid.randomUuid();
        registration = registration(List.of(old));
        CompletableFuture<Long> epoch = registration.start();
        see(Optional.of(old));
        get(epoch);
        assertThat(List.copyOf(controller.log).subList(0, 3))
                .containsExactly("heartbeat epoch=7 fence=true", "unregister", "register");
    }

    @Test
    void predecessorThatMayLiveIsWaitedFor() {
        controller.duplicatesLeft.set(3);
        CompletableFuture<Long> epoch = registration.start();
        see(Optional.of(Uuid.randomUuid()));
        get(epoch);
        assertThat(List.copyOf(controller.log).subList(0, 4))
                .containsExactly("register", "register", "register", "register");
    }

    @Test
    void heartbeatsDoNotWaitForAnswersButAreBounded() throws Exception {
        controller.silent = true;
        CompletableFuture<Long> _ = registration.start();
        see(Optional.empty());
        controller.awaitCalls(1 + 4);
        // The bound: nothing more is sent while four are unanswered.
        assertThat(controller.heartbeats()).isEqualTo(4);
        controller.answerAll();
        controller.awaitCalls(1 + 4 + 1);
    }

    @Test
    void nodeThatTheControllerForgotRegistersAgain() {
        Queue<Long> epochs = new ConcurrentLinkedQueue<>();
        CountDownLatch twice = new CountDownLatch(2);
        registration.onEpoch(epoch -> {
            epochs.add(epoch);
            twice.countDown();
        });
        CompletableFuture<Long> _ = registration.start();
        see(Optional.empty());
        get(registration.activate());
        controller.forgotten = true;
        await(twice);
        assertThat(epochs).containsExactly(100L, 101L);
        assertThat(registration.brokerEpoch()).isEqualTo(101);
    }

    @Test
    void leavingAsksForShutdownUntilItIsGranted() {
        CompletableFuture<Long> _ = registration.start();
        see(Optional.empty());
        get(registration.activate());
        controller.refusalsToShutDown.set(3);
        get(registration.leave());
        assertThat(controller.log)
                .filteredOn(entry -> entry.endsWith("shutdown=true"))
                .hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void leavingIsDoneWhenTheImageThatTakesTheLastPartitionAwayIsSeenHere() {
        Uuid topic = new Uuid(3, 3);
        PartitionRecord partition = new PartitionRecord()
                .setTopicId(topic)
                .setPartitionId(0)
                .setReplicas(List.of(1, 2))
                .setDirectories(List.of(new Uuid(9, 901), new Uuid(9, 902)))
                .setIsr(List.of(1, 2))
                .setLeader(1);
        CompletableFuture<Long> _ = registration.start();
        see(new TopicRecord().setName("orders").setTopicId(topic), partition);
        get(registration.activate());

        CompletableFuture<Void> left = registration.leave();
        controller.awaitGranted();
        assertThat(left).as("it still owns a partition, as far as it knows").isNotDone();

        see(new TopicRecord().setName("orders").setTopicId(topic), partition.setLeader(2));
        get(left);
    }

    @Test
    void nodeThatIsNotWellHasItselfFencedUntilItIs() throws Exception {
        AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
        registration.watchHealth(new HealthConfig(Duration.ofMillis(20), Duration.ofMillis(20)), trouble::get);
        CompletableFuture<Long> _ = registration.start();
        see(new RegisterBrokerRecord()
                .setBrokerId(2)
                .setBrokerEpoch(8)
                .setIncarnationId(new Uuid(5, 2))
                .setFenced(false)
                .setLogDirs(List.of(new Uuid(9, 902))));
        get(registration.activate());

        trouble.set(Optional.of("its disk is slow"));
        controller.await(() -> registration.state() == NodeState.SICK);
        int before = controller.log.size();
        controller.awaitCalls(before + 2);
        assertThat(List.copyOf(controller.log).subList(before + 1, before + 2))
                .containsExactly("heartbeat epoch=100 fence=true");

        trouble.set(Optional.empty());
        controller.await(() -> registration.state() == NodeState.ACTIVE);
    }

    private NodeRegistration registration(Collection<Uuid> gone) {
        RegistrationConfig config = new RegistrationConfig(
                1,
                "cluster",
                List.of(),
                Optional.empty(),
                Set.of(Role.BROKER),
                Duration.ofMillis(10),
                Duration.ofMillis(10),
                Duration.ofSeconds(10),
                4);
        return new NodeRegistration(
                config,
                controller,
                new Incarnations() {
                    @Override
                    public Collection<Uuid> gone() {
                        return gone;
                    }

                    @Override
                    public void record(Uuid incarnation) {}
                },
                applied::get,
                new PrometheusRegistry());
    }

    private void see(Optional<Uuid> incarnation) {
        see(incarnation
                .map(id -> new ApiMessage[] {
                    new RegisterBrokerRecord()
                            .setBrokerId(1)
                            .setBrokerEpoch(7)
                            .setIncarnationId(id)
                            .setFenced(false)
                            .setLogDirs(List.of(new Uuid(9, 999)))
                })
                .orElse(new ApiMessage[0]));
    }

    private void see(ApiMessage... records) {
        MetadataDelta delta =
                new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        delta.replay(new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 25));
        for (ApiMessage record : records) {
            delta.replay(record);
        }
        MetadataProvenance provenance = new MetadataProvenance(8, 1, 1, true);
        registration.onMetadataUpdate(
                delta,
                delta.apply(provenance),
                new LogDeltaManifest.Builder()
                        .provenance(provenance)
                        .leaderAndEpoch(LeaderAndEpoch.UNKNOWN)
                        .numBatches(1)
                        .elapsedNs(1)
                        .numBytes(1)
                        .build());
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A controller that writes down what it is asked and answers as the test says. */
    private static final class FakeController implements Service {
        final List<String> log = new CopyOnWriteArrayList<>();
        final List<Long> unfencedAt = new CopyOnWriteArrayList<>();
        private final Queue<Runnable> unanswered = new ConcurrentLinkedQueue<>();
        volatile boolean silent;
        private boolean granted;
        volatile boolean forgotten;
        final AtomicInteger duplicatesLeft = new AtomicInteger();
        final AtomicInteger refusalsToShutDown = new AtomicInteger();
        private long nextEpoch = 100;

        @Override
        public Set<ApiKeys> apis() {
            return Set.of(ApiKeys.BROKER_REGISTRATION, ApiKeys.BROKER_HEARTBEAT, ApiKeys.UNREGISTER_BROKER);
        }

        @Override
        public synchronized CompletableFuture<? extends ApiMessage> call(Call call) {
            CompletableFuture<? extends ApiMessage> answer =
                    switch (call.request().data()) {
                        case BrokerRegistrationRequestData request -> register(request);
                        case UnregisterBrokerRequestData request -> unregister(request);
                        case BrokerHeartbeatRequestData request -> heartbeat(request);
                        default -> throw new AssertionError(call.api());
                    };
            notifyAll();
            return answer;
        }

        private CompletableFuture<? extends ApiMessage> register(BrokerRegistrationRequestData request) {
            log.add("register");
            assertThat(request.features().find("weir.role.broker")).isNotNull();
            assertThat(request.logDirs()).hasSize(1);
            if (duplicatesLeft.getAndDecrement() > 0) {
                return CompletableFuture.failedFuture(new DuplicateBrokerRegistrationException("alive"));
            }
            forgotten = false;
            return CompletableFuture.completedFuture(new BrokerRegistrationResponseData().setBrokerEpoch(nextEpoch++));
        }

        private CompletableFuture<? extends ApiMessage> unregister(UnregisterBrokerRequestData request) {
            log.add("unregister");
            assertThat(request.brokerId()).isEqualTo(1);
            return CompletableFuture.completedFuture(new UnregisterBrokerResponseData());
        }

        private CompletableFuture<? extends ApiMessage> heartbeat(BrokerHeartbeatRequestData request) {
            log.add("heartbeat epoch=" + request.brokerEpoch()
                    + (request.wantShutDown() ? " shutdown=true" : " fence=" + request.wantFence()));
            BrokerHeartbeatResponseData response = new BrokerHeartbeatResponseData();
            if (forgotten) {
                response.setErrorCode(Errors.STALE_BROKER_EPOCH.code());
            } else if (request.wantShutDown()) {
                response.setShouldShutDown(refusalsToShutDown.getAndDecrement() <= 0);
                granted |= response.shouldShutDown();
            } else if (!request.wantFence() && request.currentMetadataOffset() >= request.brokerEpoch()) {
                unfencedAt.add(request.currentMetadataOffset());
                response.setIsFenced(false);
            }
            CompletableFuture<BrokerHeartbeatResponseData> answer = new CompletableFuture<>();
            if (silent) {
                unanswered.add(() -> answer.complete(response));
            } else {
                answer.complete(response);
            }
            return answer;
        }

        synchronized void answerAll() {
            silent = false;
            unanswered.forEach(Runnable::run);
            unanswered.clear();
        }

        long heartbeats() {
            return log.stream().filter(entry -> entry.startsWith("heartbeat")).count();
        }

        void awaitCalls(int calls) throws InterruptedException {
            await(() -> log.size() >= calls);
        }

        /** The shutdown was granted, and the answer has been seen: heartbeats go on. */
        void awaitGranted() {
            try {
                await(() -> granted);
                awaitCalls(log.size() + 3);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** Looks with each call that comes. */
        synchronized void await(BooleanSupplier condition) throws InterruptedException {
            long deadline = Time.SYSTEM.milliseconds() + 20_000;
            while (!condition.getAsBoolean()) {
                long left = deadline - Time.SYSTEM.milliseconds();
                assertThat(left).as("calls seen: " + log).isPositive();
                wait(left);
            }
        }
    }
}
