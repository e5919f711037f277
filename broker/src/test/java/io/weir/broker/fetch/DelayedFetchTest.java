package io.weir.broker.fetch;

import static io.weir.broker.fake.TestBroker.ORDERS;
import static io.weir.broker.fetch.FetchRequests.at;
import static io.weir.broker.fetch.FetchRequests.errors;
import static io.weir.broker.fetch.FetchRequests.partitions;
import static io.weir.broker.fetch.FetchRequests.release;
import static io.weir.broker.fetch.FetchRequests.sizes;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.weir.broker.BrokerConfig;
import io.weir.broker.fake.Batches;
import io.weir.broker.fake.FakeCluster;
import io.weir.broker.fake.FakePartition;
import io.weir.broker.fake.TestBroker;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fetches that wait. The executor is a queue that the test empties, so that each step can be seen. */
class DelayedFetchTest {
    private static final int BATCH = Batches.of(1).sizeInBytes();

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private TestBroker broker = new TestBroker(BrokerConfig.defaults(), tasks::add);

    @AfterEach
    void nothingIsLeftBehind() {
        runTasks();
        assertThat(broker.first.openLeases).hasValue(0);
        assertThat(broker.second.openLeases).hasValue(0);
        assertThat(waiting()).isZero();
        assertThat(broker.timer.size()).isZero();
        assertThat(broker.metric("weir_fetch_waiting_partitions")).isZero();
        broker.close();
    }

    @Test
    void aFetchWakesWhenTheHighWatermarkRisesAndOnTheExecutor() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)));
        assertThat(answer).isNotDone();
        assertThat(waiting()).isEqualTo(1);

        broker.first.putUncommitted(Batches.of(1));
        assertThat(tasks).isEmpty();
        broker.first.commit();
        assertThat(answer).isNotDone();
        runTasks();

        assertThat(sizes(answer.resultNow())).containsExactly(BATCH);
        assertThat(partitions(answer.resultNow()).getFirst().highWatermark()).isEqualTo(1);
        assertThat(broker.first.reads).hasValue(1);
        release(answer.resultNow());
    }

    @Test
    void fetchesOfEventLoopsWakeOnTheirOwnWithoutTheExecutorUnlessThereAreMany() throws Exception {
        for (int count : new int[] {1, WatchedPartition.FEW, WatchedPartition.FEW + 1}) {
            DefaultEventExecutor loop = new DefaultEventExecutor();
            List<Thread> answeredBy = new CopyOnWriteArrayList<>();
            List<CompletableFuture<FetchResponseData>> answers = new ArrayList<>();
            long next = broker.first.highWatermark();
            for (int i = 0; i < count; i++) {
                Runnable ask = () -> answers.add(
                        fetch(FetchRequests.latest().wait(500, 2 * BATCH).from("orders", ORDERS, at(0, next))));
                loop.submit(ask).get();
                var _ = answers.getLast().thenRun(() -> answeredBy.add(Thread.currentThread()));
            }
            assertThat(waiting()).isEqualTo(count);

            boolean few = count <= WatchedPartition.FEW;
            broker.first.put(Batches.of(1));
            assertThat(tasks.isEmpty()).isEqualTo(few);
            runTasks();
            loop.submit(() -> {}).get();
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            broker.first.put(Batches.of(1));
            assertThat(tasks.isEmpty()).isEqualTo(few);
            runTasks();
            loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).get();

            for (CompletableFuture<FetchResponseData> answer : answers) {
                assertThat(sizes(answer.get(10, TimeUnit.SECONDS))).containsExactly(2 * BATCH);
                release(answer.resultNow());
            }
            assertThat(answeredBy).hasSize(count);
            assertThat(answeredBy.contains(Thread.currentThread())).isEqualTo(!few);
        }
    }

    @Test
    void itWakesExactlyWhenMinBytesAreThere() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().wait(500, 3 * BATCH).from("orders", ORDERS, at(0, 0), at(1, 0)));

        put(broker.first);
        assertThat(answer).isNotDone();
        assertThat(broker.first.openLeases).hasValue(0);
        put(broker.second);
        assertThat(answer).isNotDone();
        put(broker.first);

        assertThat(sizes(answer.resultNow())).containsExactly(2 * BATCH, BATCH);
        release(answer.resultNow());
    }

    @Test
    void oneByteTooFewIsTooFew() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().wait(500, 2 * BATCH + 1).from("orders", ORDERS, at(0, 0)));

        put(broker.first);
        put(broker.first);
        assertThat(answer).isNotDone();
        put(broker.first);

        assertThat(sizes(answer.resultNow())).containsExactly(3 * BATCH);
        release(answer.resultNow());
    }

    @Test
    void whatWasThereBeforeCountsAndIsNotReadAgainUntilTheAnswer() {
        broker.second.put(Batches.of(1));
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().wait(500, 2 * BATCH).from("orders", ORDERS, at(0, 0), at(1, 0)));
        assertThat(answer).isNotDone();
        assertThat(broker.second.openLeases).hasValue(0);
        assertThat(broker.second.reads).hasValue(1);

        put(broker.first);

        assertThat(sizes(answer.resultNow())).containsExactly(BATCH, BATCH);
        assertThat(broker.second.reads).hasValue(2);
        release(answer.resultNow());
    }

    @Test
    void onlyNewBytesAreLookedAtOnEachWakeUp() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().wait(500, 100 * BATCH).from("orders", ORDERS, at(0, 0), at(1, 0)));

        for (int i = 0; i < 10; i++) {
            put(broker.first);
        }

        assertThat(broker.first.reads).hasValue(10);
        assertThat(broker.second.reads).hasValue(0);
        broker.timer.advanceClock(500);
        runTasks();
        assertThat(sizes(answer.resultNow())).containsExactly(10 * BATCH, 0);
        release(answer.resultNow());
    }

    @Test
    void aPartitionThatIsFullCountsAsFullAsInKafka() {
        CompletableFuture<FetchResponseData> answer = fetch(FetchRequests.latest()
                .wait(500, BATCH + 10)
                .from("orders", ORDERS, at(0, 0).setPartitionMaxBytes(BATCH + 10)));

        put(broker.first);
        assertThat(answer).isNotDone();
        put(broker.first);

        assertThat(sizes(answer.resultNow())).containsExactly(BATCH);
        release(answer.resultNow());
    }

    @Test
    void manyRisesBeforeTheExecutorLooksAreOneWakeUp() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().wait(500, 6 * BATCH).from("orders", ORDERS, at(0, 0)));

        for (int i = 0; i < 5; i++) {
            broker.first.put(Batches.of(1));
        }
        assertThat(tasks).hasSize(1);
        runTasks();
        assertThat(broker.first.reads).hasValue(1);
        assertThat(answer).isNotDone();
        put(broker.first);

        assertThat(sizes(answer.resultNow())).containsExactly(6 * BATCH);
        release(answer.resultNow());
    }

    @Test
    void whatHappensDuringAnEvaluationIsNotLost() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().wait(500, 2 * BATCH).from("orders", ORDERS, at(0, 0)));

        broker.first.afterRead = () -> put(broker.first);
        put(broker.first);

        assertThat(sizes(answer.resultNow())).containsExactly(2 * BATCH);
        release(answer.resultNow());
    }

    @Test
    void timeEndsTheWaitWithWhateverIsThere() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().wait(500, 10 * BATCH).from("orders", ORDERS, at(0, 0), at(1, 0)));
        put(broker.second);

        broker.timer.advanceClock(499);
        runTasks();
        assertThat(answer).isNotDone();
        broker.timer.advanceClock(1);
        runTasks();

        assertThat(sizes(answer.resultNow())).containsExactly(0, BATCH);
        assertThat(errors(answer.resultNow())).containsExactly(Errors.NONE, Errors.NONE);
        release(answer.resultNow());
    }

    @Test
    void readCommittedWaitsForTheLastStableOffset() {
        broker.first.lastStable = 0;
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().committed().from("orders", ORDERS, at(0, 0)));

        put(broker.first);
        assertThat(answer).isNotDone();
        broker.first.lastStable = 2;
        put(broker.first);

        assertThat(sizes(answer.resultNow())).containsExactly(2 * BATCH);
        release(answer.resultNow());
    }

    @Test
    void losingThePartitionEndsTheWait() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0), at(1, 0)));
        broker.cluster.apply(FakeCluster.elect(ORDERS, 0, 2));

        broker.first.close();
        runTasks();

        assertThat(errors(answer.resultNow())).containsExactly(Errors.NOT_LEADER_OR_FOLLOWER, Errors.NONE);
        assertThat(partitions(answer.resultNow()).getFirst().currentLeader().leaderId())
                .isEqualTo(2);
        assertThat(partitions(answer.resultNow()).getFirst().currentLeader().leaderEpoch())
                .isEqualTo(6);
    }

    @Test
    void aCancelledFetchLeavesNothing() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0), at(1, 0)));
        assertThat(broker.metric("weir_fetch_waiting_partitions")).isEqualTo(2);

        answer.cancel(false);

        assertThat(waiting()).isZero();
        broker.first.put(Batches.of(1));
        broker.timer.advanceClock(1_000);
        runTasks();
        assertThat(broker.first.reads).hasValue(0);
    }

    @Test
    void aCancelledFetchGivesBackWhatItsLastReadFound() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)));
        broker.first.cold = true;
        put(broker.first);
        assertThat(answer).isNotDone();

        answer.cancel(false);
        broker.first.thaw();

        assertThat(broker.first.openLeases).hasValue(0);
    }

    @Test
    void theLogIsWatchedOnceHoweverManyFetchesCome() {
        for (int i = 0; i < 50; i++) {
            CompletableFuture<FetchResponseData> _ =
                    fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)));
            broker.timer.advanceClock(500);
            runTasks();
        }
        assertThat(broker.first.watches).hasValue(1);
        assertThat(broker.first.watchers).hasSize(1);
    }

    @Test
    void aPartitionThatIsOpenedAgainIsWatchedAgain() {
        CompletableFuture<FetchResponseData> _ = fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)));
        broker.first.close();
        runTasks();
        FakePartition again =
                broker.partitions.add(new FakePartition(new TopicIdPartition(ORDERS, TestBroker.FIRST), 6));

        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)));
        put(again);

        assertThat(sizes(answer.resultNow())).containsExactly(BATCH);
        release(answer.resultNow());
    }

    @Test
    void aHoleAtTheEndOfACompactedLogDoesNotSpin() {
        broker.first.put(Batches.of(5));
        broker.first.highWatermark = 6; // offset 5 is gone
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 5)));

        assertThat(answer).isNotDone();
        broker.timer.advanceClock(500);
        runTasks();

        assertThat(sizes(answer.resultNow())).containsExactly(0);
    }

    @Test
    void tooManyWaitersAreAnsweredAtOnce() {
        broker = new TestBroker(BrokerConfig.defaults().withFetchBounds(1_000_000, 2, 100), tasks::add);
        for (String connection : List.of("one", "two")) {
            broker.connectionId = connection;
            assertThat(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0))))
                    .isNotDone();
        }

        broker.connectionId = "three";
        assertThat(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0))))
                .isCompleted();
        assertThat(broker.metric("weir_fetch_no_room_to_wait")).isEqualTo(1);
        broker.service.close();
    }

    @Test
    void oneConnectionCannotTakeThePlacesOfOthers() {
        broker = new TestBroker(BrokerConfig.defaults().withFetchBounds(1_000_000, 10, 100), tasks::add);
        List<CompletableFuture<FetchResponseData>> greedy = new ArrayList<>();
        broker.connectionId = "greedy";
        for (int i = 0; i < 8; i++) {
            greedy.add(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0))));
        }
        assertThat(greedy).filteredOn(fetch -> !fetch.isDone()).hasSize(5);

        broker.connectionId = "other";
        CompletableFuture<FetchResponseData> other =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)));
        assertThat(other).isNotDone();
        greedy.forEach(fetch -> fetch.cancel(false));
        assertThat(waiting()).isEqualTo(1);
        broker.connectionId = "greedy";
        assertThat(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0))))
                .isNotDone();
        broker.service.close();
    }

    @Test
    void wideFetchesLeaveRoomForNarrowOnes() {
        broker = new TestBroker(BrokerConfig.defaults().withFetchBounds(1_000_000, 10, 100), tasks::add);
        FetchPartition[] wide = new FetchPartition[40];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = at(0, 0);
        }
        List<CompletableFuture<FetchResponseData>> fetches = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            broker.connectionId = "wide-" + i;
            fetches.add(fetch(FetchRequests.latest().from("orders", ORDERS, wide)));
        }
        assertThat(fetches).filteredOn(fetch -> !fetch.isDone()).hasSize(1);

        broker.connectionId = "narrow";
        assertThat(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0))))
                .isNotDone();
        broker.service.close();
    }

    @Test
    void closingTheServiceAnswersThoseThatWait() {
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0)));

        broker.service.close();

        assertThat(sizes(answer.resultNow())).containsExactly(0);
        assertThat(fetch(FetchRequests.latest().from("orders", ORDERS, at(0, 0))))
                .isCompleted();
        assertThat(broker.first.watchers).isEmpty();
    }

    @Test
    void tenThousandWaitersCostNoThreads() {
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        List<CompletableFuture<FetchResponseData>> answers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            answers.add(fetch(FetchRequests.latest().wait(60_000, 1).from("orders", ORDERS, at(0, 0), at(1, 0))));
        }
        assertThat(waiting()).isEqualTo(10_000);
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThanOrEqualTo(threads + 2);
        assertThat(broker.first.watchers).hasSize(1);

        put(broker.second);

        assertThat(answers).allMatch(CompletableFuture::isDone);
        answers.forEach(answer -> release(answer.resultNow()));
    }

    @Test
    void aFetchOfThousandsOfPartitionsWakesForAnyOfThem() {
        int count = 5_000;
        Uuid wide = new Uuid(4, 4);
        broker.cluster.apply(FakeCluster.topic("wide", wide));
        FetchPartition[] asked = new FetchPartition[count];
        FakePartition last = broker.first;
        for (int i = 0; i < count; i++) {
            last = broker.partitions.add(
                    new FakePartition(new TopicIdPartition(wide, new TopicPartition("wide", i)), 1));
            asked[i] = at(i, 0);
        }
        CompletableFuture<FetchResponseData> answer =
                fetch(FetchRequests.latest().from("wide", wide, asked));
        assertThat(answer).isNotDone();

        put(last);

        assertThat(sizes(answer.resultNow()).getLast()).isEqualTo(BATCH);
        assertThat(last.reads).hasValue(1);
        release(answer.resultNow());
    }

    @Test
    void nothingIsLostBetweenReadersAndWritersOnManyThreads() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(2);
                ExecutorService writers = Executors.newFixedThreadPool(2);
                TestBroker busy = new TestBroker(BrokerConfig.defaults(), executor)) {
            int batches = 2_000;
            for (FakePartition partition : List.of(busy.first, busy.second)) {
                writers.execute(() -> {
                    for (int i = 0; i < batches; i++) {
                        partition.put(Batches.of(1));
                    }
                });
            }
            long first = 0;
            long second = 0;
            while (first + second < 2L * batches) {
                CompletableFuture<FetchResponseData> answer = busy.call(FetchRequests.latest()
                        .wait(60_000, 3)
                        .maxBytes(10 * BATCH)
                        .from("orders", ORDERS, at(0, first), at(1, second))
                        .build());
                FetchResponseData data = answer.get(20, TimeUnit.SECONDS);
                first += sizes(data).get(0) / BATCH;
                second += sizes(data).get(1) / BATCH;
                release(data);
            }
            assertThat(first).isEqualTo(batches);
            assertThat(second).isEqualTo(batches);
            assertThat(busy.first.openLeases).hasValue(0);
            assertThat(busy.second.openLeases).hasValue(0);
            assertThat(busy.metric("weir_fetch_waiting")).isZero();
        }
    }

    private CompletableFuture<FetchResponseData> fetch(FetchRequests request) {
        return broker.call(request.build());
    }

    private void put(FakePartition partition) {
        partition.put(Batches.of(1));
        runTasks();
    }

    private void runTasks() {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }

    private double waiting() {
        return broker.metric("weir_fetch_waiting");
    }
}
