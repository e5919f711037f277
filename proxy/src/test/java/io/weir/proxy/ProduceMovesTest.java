package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Call;
import io.weir.proxy.cluster.ClientEndpoints;
import io.weir.proxy.cluster.LeaderHints;
import io.weir.proxy.produce.ProduceHandler;
import io.weir.proxy.produce.Resending;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.RetryConfig;
import io.weir.proxy.support.Events;
import io.weir.proxy.support.FakeView;
import io.weir.proxy.support.ManualTime;
import io.weir.proxy.support.ManualTimer;
import io.weir.proxy.support.SimulatedBrokers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Producers that pipeline while partitions move at the worst moments, by seeds: nothing is lost, nothing comes twice,
 * everything stays in order, and clients see no errors.
 */
class ProduceMovesTest {
    private static final int SEEDS = 120;
    private static final int PARTITIONS = 3;
    private static final int PIPELINED = 5;

    /** One run. */
    private static final class Run {
        private final long seed;
        private final Random random;
        private final ManualTime time = new ManualTime();
        private final ManualTimer timer = new ManualTimer();
        private final Events events = new Events(time, timer);
        private final FakeView view = new FakeView();
        private final SimulatedBrokers brokers;
        private final ProduceHandler handler;
        private final Uuid topic;
        private final Map<Integer, Integer> epochs = new HashMap<>();
        private final Map<Integer, Long> lastMoves = new HashMap<>();
        private final List<Producer> producers = new ArrayList<>();
        private final boolean connectionsBreak;
        private boolean stopped;

        Run(long seed, boolean idempotent, boolean connectionsBreak) {
            this.seed = seed;
            this.random = new Random(seed);
            this.connectionsBreak = connectionsBreak;
            this.brokers = new SimulatedBrokers(events, random, PARTITIONS);
            PrometheusRegistry registry = new PrometheusRegistry();
            this.handler = new ProduceHandler(
                    view,
                    new Forwarder(brokers, registry),
                    new Resending.Parts(
                            1,
                            new LeaderHints(new ClientEndpoints(view, 1, true)),
                            new RetryConfig(
                                    Duration.ofSeconds(20),
                                    Duration.ofSeconds(20),
                                    Duration.ofMillis(10),
                                    Duration.ofMillis(40)),
                            time,
                            timer,
                            registry));
            for (int node = 1; node <= 3; node++) {
                view.registerBroker(node, "node" + node, 9092, null, false);
            }
            int[] leaders = new int[PARTITIONS];
            for (int partition = 0; partition < PARTITIONS; partition++) {
                leaders[partition] = 1 + random.nextInt(3);
                brokers.move(partition, leaders[partition], 0);
                epochs.put(partition, 5);
            }
            topic = view.createMovableTopic("t", leaders);
            for (int i = 0; i < 3; i++) {
                producers.add(new Producer(i, idempotent));
            }
        }

        void go() {
            producers.forEach(producer -> events.after(1 + random.nextInt(5), producer::send));
            for (int i = 0; i < 12; i++) {
                events.after(random.nextInt(1500), this::move);
            }
            if (connectionsBreak) {
                for (int i = 0; i < 6; i++) {
                    events.after(random.nextInt(1500), () -> brokers.lose(1 + random.nextInt(3)));
                }
            }
            events.run(2000);
            stopped = true;
            events.run(2_000);
        }

        /** The old owner lets go, the new one opens after a while, the metadata come before, between or after. */
        private void move() {
            int partition = random.nextInt(PARTITIONS);
            // Never back to a node that still has requests of the time when it was the owner: they carry no epoch.
            if (events.nowMs() - lastMoves.getOrDefault(partition, 0L) < 100) {
                return;
            }
            lastMoves.put(partition, events.nowMs());
            int node = 1 + (brokers.owner(partition) + random.nextInt(2)) % 3;
            int epoch = epochs.merge(partition, 1, Integer::sum);
            events.after(random.nextInt(30), () -> {
                if (epoch == epochs.getOrDefault(partition, 0)) {
                    brokers.move(partition, node, random.nextInt(40));
                }
            });
            events.after(random.nextInt(60), () -> {
                int known = Objects.requireNonNull(
                                Objects.requireNonNull(view.image().topics().getTopic(topic))
                                        .partitions()
                                        .get(partition))
                        .leaderEpoch;
                if (epoch > known) {
                    view.move(topic, partition, node, epoch);
                }
            });
        }

        /** One connection with one producer. */
        private final class Producer {
            private final int id;
            private final boolean idempotent;
            private final Map<Integer, Integer> sequences = new HashMap<>();
            private final Map<Integer, List<String>> acknowledged = new HashMap<>();
            private final Map<Integer, List<String>> sent = new HashMap<>();
            private final List<Errors> errors = new ArrayList<>();
            private int underWay;

            Producer(int id, boolean idempotent) {
                this.id = id;
                this.idempotent = idempotent;
            }

            void send() {
                if (stopped) {
                    return;
                }
                while (underWay < PIPELINED && random.nextInt(3) > 0) {
                    TreeSet<Integer> partitions = new TreeSet<>();
                    int count = 1 + random.nextInt(2);
                    for (int i = 0; i < count; i++) {
                        partitions.add(random.nextInt(PARTITIONS));
                    }
                    request(partitions);
                }
                events.after(1 + random.nextInt(10), this::send);
            }

            private void request(Set<Integer> partitions) {
                TopicProduceData data = new TopicProduceData().setTopicId(topic);
                Map<Integer, String> values = new HashMap<>();
                for (int partition : partitions) {
                    int sequence = sequences.merge(partition, 1, Integer::sum) - 1;
                    String value = id + "-" + partition + "-" + sequence;
                    values.put(partition, value);
                    sent.computeIfAbsent(partition, _ -> new ArrayList<>()).add(value);
                    SimpleRecord record = new SimpleRecord(value.getBytes(StandardCharsets.UTF_8));
                    data.partitionData()
                            .add(new PartitionProduceData()
                                    .setIndex(partition)
                                    .setRecords(
                                            idempotent
                                                    ? MemoryRecords.withIdempotentRecords(
                                                            Compression.NONE, 1000 + id, (short) 0, sequence, record)
                                                    : MemoryRecords.withRecords(Compression.NONE, record)));
                }
                ProduceRequestData request =
                        new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
                request.topicData().add(data);
                underWay++;
                var _ = handler.handle(call("connection-" + id, request))
                        .whenComplete((answer, failure) -> answered(values, answer, failure));
            }

            private void answered(
                    Map<Integer, String> values, @Nullable ApiMessage answer, @Nullable Throwable failure) {
                underWay--;
                assertThat(failure).as("seed %d", seed).isNull();
                ((ProduceResponseData) Objects.requireNonNull(answer))
                        .responses()
                        .forEach(told -> told.partitionResponses().forEach(partition -> {
                            if (partition.errorCode() == 0) {
                                acknowledged
                                        .computeIfAbsent(partition.index(), _ -> new ArrayList<>())
                                        .add(values.get(partition.index()));
                            } else {
                                errors.add(Errors.forCode(partition.errorCode()));
                            }
                        }));
            }
        }
    }

    private static Call call(String connection, ProduceRequestData request) {
        short version = ApiKeys.PRODUCE.latestVersion();
        RequestContext context = new RequestContext(
                new RequestHeader(ApiKeys.PRODUCE, version, "client", 1),
                connection,
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                new ListenerName("PLAINTEXT"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
        return new Call(
                context,
                new ProduceRequest(request, version),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092),
                Unpooled.EMPTY_BUFFER);
    }

    @Test
    void movesAreInvisibleToIdempotentProducersWhateverBreaks() {
        int refusals = 0;
        int appends = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(seed, true, seed % 2 == 0);
            run.go();
            refusals += run.brokers.refusals();
            appends += run.brokers.appends();
            for (Run.Producer producer : run.producers) {
                assertThat(producer.underWay).as("unanswered, seed %d", seed).isZero();
                assertThat(producer.errors).as("errors, seed %d", seed).isEmpty();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    String own = producer.id + "-";
                    List<String> stored = run.brokers.values(partition).stream()
                            .filter(value -> value.startsWith(own))
                            .toList();
                    assertThat(stored)
                            .as("records of producer %d in partition %d, seed %d", producer.id, partition, seed)
                            .isEqualTo(producer.sent.getOrDefault(partition, List.of()));
                    assertThat(producer.acknowledged.getOrDefault(partition, List.of()))
                            .as("acknowledgements, seed %d", seed)
                            .containsExactlyInAnyOrderElementsOf(stored);
                }
            }
        }
        assertThat(appends).isGreaterThan(SEEDS * 100);
        assertThat(refusals).as("the moves were met").isGreaterThan(SEEDS);
    }

    @Test
    void plannedMovesAreInvisibleToAllProducers() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(seed, false, false);
            run.go();
            for (Run.Producer producer : run.producers) {
                assertThat(producer.errors).as("errors, seed %d", seed).isEmpty();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    String own = producer.id + "-";
                    assertThat(run.brokers.values(partition).stream().filter(value -> value.startsWith(own)))
                            .as("records of producer %d in partition %d, seed %d", producer.id, partition, seed)
                            .containsExactlyElementsOf(producer.sent.getOrDefault(partition, List.of()));
                }
            }
        }
    }

    @Test
    void whatMayHaveBeenAppendedIsNotAppendedTwice() {
        int errors = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(seed, false, true);
            run.go();
            for (Run.Producer producer : run.producers) {
                errors += producer.errors.size();
                assertThat(producer.errors).as("errors, seed %d", seed).allMatch(Errors.NOT_LEADER_OR_FOLLOWER::equals);
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    assertThat(run.brokers.values(partition))
                            .as("seed %d", seed)
                            .doesNotHaveDuplicates();
                }
            }
        }
        assertThat(errors).as("lost connections are told").isPositive();
    }
}
