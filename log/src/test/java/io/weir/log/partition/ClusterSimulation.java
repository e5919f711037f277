package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.WeirException;
import io.weir.log.ClusterNodes;
import io.weir.log.Neighbours;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.PriorOwners;
import io.weir.log.TopicDurability;
import io.weir.log.cache.ReadCacheConfig;
import io.weir.log.commitlog.CommitLogConfig;
import io.weir.log.commitlog.CommitLogId;
import io.weir.storage.fault.FaultPlan;
import io.weir.storage.fault.FaultyStore;
import io.weir.storage.fault.Operation;
import io.weir.storage.fault.RandomFaults;
import io.weir.storage.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.FencedLeaderEpochException;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;

/**
 * One seeded run of several nodes over one store: a controller gives them partitions and takes them away, and each node
 * hears of it when it pleases; nodes are killed, and paused for so long that others take over, and go on as if nothing
 * had happened. Whatever was acknowledged, by whomever, must be served by every later owner: at its offset, once, and
 * without holes.
 */
final class ClusterSimulation {
    private static final int PARTITIONS = 4;
    private static final int NODES = 3;
    private static final int TIDYING_ROUNDS = 10;
    private static final String PADDING = "x";
    private static final EnumSet<Operation> FALLIBLE = EnumSet.of(
            Operation.CREATE,
            Operation.APPEND,
            Operation.FLUSH,
            Operation.SEAL,
            Operation.DELETE,
            Operation.OPEN,
            Operation.READ);

    private final Random random;
    private final SimulatedTime time = new SimulatedTime();
    private final FaultyStore store;
    private final StringBuilder trace = new StringBuilder();
    private final Map<Integer, Node> nodes = new HashMap<>();
    private final List<TreeMap<Long, String>> acknowledged = new ArrayList<>();
    private final long[] logStart = new long[PARTITIONS];
    private int values;
    private int checks;
    private int takeOvers;

    // What the controller has decided.
    private final Map<Integer, Long> registered = new HashMap<>();
    private final Set<Integer> fenced = new HashSet<>();
    private final int[] leader = new int[PARTITIONS];
    private final int[] leaderEpoch = new int[PARTITIONS];
    private long offset = 10;

    /** The metadata as one node knows it. */
    private record Image(
            Map<Integer, Long> registered,
            Set<Integer> fenced,
            List<Integer> leader,
            List<Integer> epoch,
            long offset) {}

    private final class Node implements ClusterNodes, PriorOwners {
        final int id;
        final NodeLog log;
        Image image;
        boolean paused;

        Node(int id, long brokerEpoch) {
            this.id = id;
            this.image = image();
            this.log = new NodeLog(
                    store,
                    config(),
                    time,
                    new PrometheusRegistry(),
                    PooledByteBufAllocator.DEFAULT,
                    LogFixture.BOOT,
                    Optional.of(new Neighbours(this, this)),
                    LogThreads.simulated());
            log.recover(id);
            log.start(brokerEpoch);
            CompletableFuture<Void> _ = log.ended().toCompletableFuture().thenAccept(cause -> {
                trace.append("fenced ").append(id).append('\n');
                nodes.remove(id, this);
            });
        }

        @Override
        public boolean alive(int nodeId, long brokerEpoch) {
            return brokerEpoch > image.offset
                    || (Objects.equals(image.registered.get(nodeId), brokerEpoch) && !image.fenced.contains(nodeId));
        }

        @Override
        public boolean exists(Uuid topicId) {
            return topicId.equals(LogFixture.TOPIC);
        }

        @Override
        public boolean keepsHouse() {
            return true;
        }

        @Override
        public CompletableFuture<Map<TopicIdPartition, Answer>> letGo(
                int nodeId, Map<TopicIdPartition, Integer> newEpochs) {
            Node asked = nodes.get(nodeId);
            if (asked == null || asked.paused || random.nextInt(10) == 0) {
                return CompletableFuture.failedFuture(new IllegalStateException("no answer"));
            }
            Map<TopicIdPartition, Answer> answers = new HashMap<>();
            Map<TopicIdPartition, CompletableFuture<OptionalInt>> releases = new HashMap<>();
            newEpochs.forEach((partition, epoch) -> releases.put(partition, asked.log.release(partition, epoch)));
            for (int i = 0; i < 3; i++) {
                asked.work();
            }
            releases.forEach((partition, release) -> {
                if (release.isCompletedExceptionally()) {
                    assertThat(release.exceptionNow()).isInstanceOf(FencedLeaderEpochException.class);
                    answers.put(partition, Answer.SUPERSEDED);
                } else if (release.isDone()) {
                    answers.put(partition, LogFixture.answer(release.join(), newEpochs.getOrDefault(partition, 0)));
                }
            });
            return CompletableFuture.completedFuture(answers);
        }

        /** Hears what the controller has decided meanwhile. */
        void hear() {
            image = image();
            trace.append("hear ").append(id).append('\n');
            for (int i = 0; i < PARTITIONS; i++) {
                TopicIdPartition partition = LogFixture.id(i);
                if (image.leader.get(i) == id) {
                    CompletableFuture<Partition> _ = log.own(
                            partition,
                            image.epoch.get(i),
                            new LogConfig(Map.of("retention.ms", "-1")),
                            TopicDurability.DURABLE);
                } else {
                    CompletableFuture<Void> _ = log.resign(partition, image.epoch.get(i));
                }
            }
        }

        void work() {
            commit();
            if (nodes.get(id) == this) {
                attempt(() -> log.flusher().work());
            }
        }

        void commit() {
            try {
                log.commitLog().orElseThrow().commitQueued();
            } catch (WeirException e) {
                trace.append("ended ").append(id).append(' ').append(e.kind()).append('\n');
                nodes.remove(id, this);
            }
        }
    }

    ClusterSimulation(long seed) {
        this.random = new Random(seed);
        this.store = new FaultyStore(new MemoryStore(time), random, delay -> {});
        for (int i = 0; i < PARTITIONS; i++) {
            acknowledged.add(new TreeMap<>());
            leader[i] = -1;
        }
        for (int i = 1; i <= NODES; i++) {
            join(i);
        }
        for (int i = 0; i < PARTITIONS; i++) {
            elect(i, 1 + i % NODES);
        }
        List.copyOf(nodes.values()).forEach(Node::hear);
    }

    /** Runs to the end and returns what happened, for comparing runs. */
    String run() {
        int steps = 50 + random.nextInt(150);
        for (int i = 0; i < steps; i++) {
            step();
        }
        store.heal();
        for (int i = 0; i < PARTITIONS; i++) {
            settle(i);
        }
        tidy();
        return trace.toString();
    }

    String trace() {
        return trace.toString();
    }

    int checks() {
        return checks;
    }

    int takeOvers() {
        return takeOvers;
    }

    private void step() {
        time.sleep(random.nextInt(20_000));
        int dice = random.nextInt(100);
        Node node = anyRunning();
        if (node == null) {
            join(1 + random.nextInt(NODES));
        } else if (dice < 45) {
            append(node, random.nextInt(PARTITIONS));
        } else if (dice < 60) {
            node.commit();
        } else if (dice < 68) {
            node.work();
        } else if (dice < 78) {
            attempt(node::hear);
        } else if (dice < 82) {
            move(random.nextInt(PARTITIONS));
        } else if (dice < 85) {
            node.paused = true;
            trace.append("pause ").append(node.id).append('\n');
        } else if (dice < 88) {
            nodes.values().forEach(other -> other.paused = false);
        } else if (dice < 91) {
            fence(1 + random.nextInt(NODES));
        } else if (dice < 93) {
            trace.append("kill ").append(node.id).append('\n');
            nodes.remove(node.id, node);
        } else if (dice < 96) {
            join(1 + random.nextInt(NODES));
        } else if (dice < 97) {
            deleteRecords(node, random.nextInt(PARTITIONS));
        } else if (dice < 98) {
            node.work();
            if (nodes.get(node.id) == node) {
                attempt(() -> node.log.flusher().maintain());
            }
        } else {
            store.use(
                    random.nextBoolean()
                            ? FaultPlan.none()
                            : new RandomFaults(random, new RandomFaults.Rates(0.05, 0.05, 0, Duration.ZERO, FALLIBLE)));
        }
    }

    private static List<Integer> listOf(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private @Nullable Node anyRunning() {
        List<Node> running =
                nodes.values().stream().filter(node -> !node.paused).toList();
        return running.isEmpty() ? null : running.get(random.nextInt(running.size()));
    }

    private Image image() {
        return new Image(Map.copyOf(registered), Set.copyOf(fenced), listOf(leader), listOf(leaderEpoch), offset);
    }

    /** A new process of this node; an old one that is only paused goes on as a zombie until it is killed. */
    private void join(int id) {
        if (nodes.containsKey(id)) {
            return;
        }
        fence(id);
        long epoch = ++offset;
        registered.put(id, epoch);
        trace.append("join ").append(id).append('\n');
        attempt(() -> {
            Node node = new Node(id, epoch);
            nodes.put(id, node);
            fenced.remove(id);
            for (int i = 0; i < PARTITIONS; i++) {
                if (leader[i] < 0) {
                    elect(i, id);
                }
            }
            node.hear();
        });
    }

    private void fence(int id) {
        if (!registered.containsKey(id) || !fenced.add(id)) {
            return;
        }
        trace.append("fence ").append(id).append('\n');
        offset++;
        for (int i = 0; i < PARTITIONS; i++) {
            if (leader[i] == id) {
                elect(i, candidate());
            }
        }
    }

    private void move(int partition) {
        int to = candidate();
        if (to >= 0 && to != leader[partition]) {
            elect(partition, to);
        }
    }

    private int candidate() {
        List<Integer> alive = registered.keySet().stream()
                .filter(node -> !fenced.contains(node))
                .sorted()
                .toList();
        return alive.isEmpty() ? -1 : alive.get(random.nextInt(alive.size()));
    }

    private void elect(int partition, int to) {
        leader[partition] = to;
        leaderEpoch[partition]++;
        offset++;
        trace.append("elect ").append(partition).append(' ').append(to).append('\n');
    }

    private void append(Node node, int number) {
        Partition partition =
                node.log.find(LogFixture.id(number).topicPartition()).orElse(null);
        if (partition == null || partition.status().state() != State.WRITABLE) {
            return;
        }
        String value = "v" + values++;
        LogFixture.Pending pending =
                LogFixture.append(partition, LogFixture.records(1000, value + PADDING.repeat(random.nextInt(900))));
        if (pending.appended().isCompletedExceptionally()) {
            assertThat(pending.appended().exceptionNow()).isInstanceOf(ApiException.class);
            return;
        }
        long at = pending.appended().join().firstOffset();
        CompletableFuture<Void> _ = pending.acknowledged().thenRun(() -> {
            trace.append("acknowledged ").append(number).append(' ').append(at).append('\n');
            assertThat(acknowledged.get(number).put(at, value))
                    .as("partition %d offset %d is acknowledged once (node %d)", number, at, node.id)
                    .isNull();
        });
    }

    private void deleteRecords(Node node, int number) {
        Partition partition =
                node.log.find(LogFixture.id(number).topicPartition()).orElse(null);
        if (partition != null && partition.status().state() == State.WRITABLE) {
            long to = partition.logStartOffset()
                    + random.nextInt((int) (partition.highWatermark() - partition.logStartOffset()) + 1);
            CompletableFuture<Void> _ = partition.deleteRecordsBefore(to).thenAccept(start -> {
                logStart[number] = Math.max(logStart[number], start);
                trace.append("deleted ")
                        .append(number)
                        .append(' ')
                        .append(start)
                        .append('\n');
            });
        }
    }

    private void attempt(Runnable action) {
        try {
            action.run();
        } catch (WeirException e) {
            trace.append("failed ").append(e.kind()).append('\n');
        }
    }

    /** Some node owns the partition in the end, and has everything. */
    private void settle(int number) {
        nodes.values().forEach(node -> node.paused = false);
        for (int round = 0; round < 50; round++) {
            time.sleep(1000);
            Node owner = nodes.get(leader[number]);
            if (owner == null) {
                fence(leader[number]);
                if (candidate() < 0) {
                    nodes.remove(1);
                    join(1);
                }
                if (leader[number] < 0) {
                    elect(number, candidate());
                }
                continue;
            }
            attempt(owner::hear);
            List.copyOf(nodes.values()).forEach(Node::work);
            Partition partition =
                    owner.log.find(LogFixture.id(number).topicPartition()).orElse(null);
            if (nodes.get(owner.id) == owner
                    && partition != null
                    && partition.status().state() == State.WRITABLE
                    && partition.leaderEpoch() == leaderEpoch[number]) {
                check(number, partition);
                return;
            }
            if (partition != null && partition.status().state() == State.FAILED) {
                trace.append(partition.status().reason()).append('\n');
            }
        }
        throw new AssertionError("partition " + number + " has no owner in the end");
    }

    /** What lives that are over have left is gone in the end, and nothing else. */
    private void tidy() {
        List<String> left = List.of();
        for (int round = 0; round < TIDYING_ROUNDS; round++) {
            time.sleep(Duration.ofMinutes(2).toMillis());
            List.copyOf(nodes.values()).forEach(node -> {
                attempt(node::hear);
                node.work();
                if (nodes.get(node.id) == node) {
                    attempt(() -> node.log.flusher().maintain());
                }
            });
            left = ofThePast();
            if (left.isEmpty()) {
                break;
            }
        }
        assertThat(left).as("files of lives that are over").isEmpty();
        for (int i = 0; i < PARTITIONS; i++) {
            settle(i);
        }
    }

    private List<String> ofThePast() {
        List<String> left = new ArrayList<>();
        CommitLogId.list(store).stream().filter(life -> !lives(life)).forEach(life -> left.add(life.directory()));
        store.list(TakenNotes.DIRECTORY).stream()
                .filter(note -> !lives(TakenNotes.about(note.path()).orElseThrow()))
                .forEach(note -> left.add(note.path()));
        return left;
    }

    /** Also when its log is sealed, of which it hears when it next writes. */
    private boolean lives(CommitLogId life) {
        return Objects.equals(registered.get(life.nodeId()), life.brokerEpoch()) && !fenced.contains(life.nodeId());
    }

    private void check(int number, Partition partition) {
        List<String> found = LogFixture.consume(partition, partition.logStartOffset()).stream()
                .map(record -> record.replace(PADDING, ""))
                .toList();
        List<String> dense = new ArrayList<>();
        Set<String> once = new HashSet<>();
        long at = partition.logStartOffset();
        for (String record : found) {
            String value = record.substring(record.indexOf('=') + 1);
            assertThat(once.add(value))
                    .as("partition %d: %s is there once", number, record)
                    .isTrue();
            dense.add(at++ + "=" + value);
        }
        assertThat(found).as("partition %d has no holes", number).isEqualTo(dense);
        assertThat(partition.logStartOffset())
                .as("partition %d: deleted stays deleted", number)
                .isGreaterThanOrEqualTo(logStart[number]);
        acknowledged
                .get(number)
                .tailMap(partition.logStartOffset())
                .forEach((offset, value) ->
                        assertThat(found).as("partition %d", number).contains(offset + "=" + value));
        checks++;
        takeOvers += leaderEpoch[number];
    }

    private NodeLogConfig config() {
        NodeLogConfig d = NodeLogConfig.defaults();
        return new NodeLogConfig(
                new CommitLogConfig(4096 + random.nextInt(4000), 4096, Duration.ZERO, Duration.ofSeconds(1), 0),
                random.nextInt(10_000),
                1 << 20,
                200 + random.nextInt(2000),
                Duration.ofSeconds(1 + random.nextInt(300)),
                4,
                100 + random.nextInt(1000),
                1000,
                d.producerIdExpiration(),
                d.maxTransactionTimeoutMs(),
                Duration.ofSeconds(60),
                d.orphanAge(),
                Duration.ofSeconds(1),
                new ReadCacheConfig(random.nextInt(3000), 500, 2, 1, 1000, 1, 2));
    }
}
