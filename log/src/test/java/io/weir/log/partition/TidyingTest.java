package io.weir.log.partition;

import static io.weir.log.partition.LogFixture.append;
import static io.weir.log.partition.LogFixture.consume;
import static io.weir.log.partition.LogFixture.idempotent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.log.ClusterNodes;
import io.weir.log.Neighbours;
import io.weir.log.NodeLogConfig;
import io.weir.log.Partition;
import io.weir.log.PartitionStatus.State;
import io.weir.log.PriorOwners;
import io.weir.log.TopicDurability;
import io.weir.log.commitlog.CommitLogId;
import io.weir.log.segment.PackId;
import io.weir.log.segment.PartitionKey;
import io.weir.log.segment.SegmentId;
import io.weir.storage.AppendFile;
import io.weir.storage.FileStatus;
import io.weir.storage.ReadFile;
import io.weir.storage.Store;
import io.weir.storage.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/** What dead and late writers leave in a store that nodes share, and who removes it. */
class TidyingTest {
    private static final List<String> RECORDS = List.of("0=a", "1=b", "2=c");

    private final SimulatedTime time = new SimulatedTime();
    private final MemoryStore store = new MemoryStore(time);
    private final Set<Integer> dead = new HashSet<>();
    private final Map<Integer, Node> nodes = new HashMap<>();

    private final class Node implements ClusterNodes, PriorOwners {
        final NodeLog log;

        Node(int id, Store of) {
            this(id, id, of);
        }

        Node(int id, long brokerEpoch, Store of) {
            log = LogFixture.among(new Neighbours(this, this), of, time, LogThreads.simulated(), id, brokerEpoch);
            nodes.put(id, this);
        }

        @Override
        public boolean alive(int nodeId, long brokerEpoch) {
            return !dead.contains(nodeId);
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
            Node asked = Objects.requireNonNull(nodes.get(nodeId));
            Map<TopicIdPartition, Answer> answers = new HashMap<>();
            newEpochs.forEach((partition, epoch) -> {
                CompletableFuture<OptionalInt> released = asked.log.release(partition, epoch);
                asked.work();
                if (released.isDone()) {
                    answers.put(partition, LogFixture.answer(released.join(), epoch));
                }
            });
            return CompletableFuture.completedFuture(answers);
        }

        Partition own(int epoch) {
            return own(0, epoch);
        }

        Partition own(int index, int epoch) {
            CompletableFuture<Partition> _ = log.own(
                    LogFixture.id(index), epoch, new LogConfig(Map.of("retention.ms", "-1")), TopicDurability.DURABLE);
            Partition partition =
                    log.find(LogFixture.id(index).topicPartition()).orElseThrow();
            assertThat(partition.status().state())
                    .as(partition.status().reason())
                    .isEqualTo(State.WRITABLE);
            return partition;
        }

        void work() {
            log.commitLog().orElseThrow().commitQueued();
            log.flusher().work();
        }

        void keepHouse() {
            work();
            log.flusher().maintain();
        }
    }

    private Node nodeWithRecords() {
        Node node = new Node(1, store);
        Partition partition = node.own(1);
        for (int i = 0; i < RECORDS.size(); i++) {
            append(partition, idempotent(5, i, RECORDS.get(i).substring(2)));
        }
        node.log.commitLog().orElseThrow().commitQueued();
        return node;
    }

    private void aWhile() {
        time.sleep(Duration.ofMinutes(2).toMillis());
    }

    private List<String> files(String prefix) {
        return store.list(prefix).stream().map(FileStatus::path).toList();
    }

    @Test
    void theCommitLogOfWhoLetGoBeforeItDiedGoes() {
        nodeWithRecords();
        Node next = new Node(2, store);
        Partition partition = next.own(2);
        dead.add(1);
        aWhile();

        next.keepHouse();

        assertThat(files("wal/1-1/")).isEmpty();
        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    @Test
    void theCommitLogOfWhoDiedStaysUntilItsRecordsAreInSegments() {
        nodeWithRecords();
        dead.add(1);
        Node next = new Node(2, store);
        Partition partition = next.own(2);
        aWhile();

        next.log.flusher().maintain();
        assertThat(files("wal/1-1/")).isNotEmpty();

        next.log.flusher().flushAll();
        next.keepHouse();
        assertThat(files("wal/1-1/")).isEmpty();
        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    @Test
    void aSegmentThatCameTooLateGoes() {
        Node late = nodeWithRecords();
        dead.add(1);
        Node next = new Node(2, store);
        Partition partition = next.own(2);
        next.log.flusher().flushAll();
        List<String> needed = files("topics/");

        late.log.flusher().flushAll();
        assertThat(files("topics/")).hasSize(needed.size() + 1);
        next.keepHouse();
        assertThat(files("topics/")).as("it may be new").hasSize(needed.size() + 1);
        aWhile();
        next.keepHouse();

        assertThat(files("topics/")).isEqualTo(needed);
        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    @Test
    void aSegmentThatALateWriterNeverFinishesGoes() {
        nodeWithRecords();
        dead.add(1);
        Node next = new Node(2, store);
        Partition partition = next.own(2);
        next.log.flusher().flushAll();
        List<String> needed = files("topics/");

        AppendFile half = store.create("topics/" + LogFixture.TOPIC + "/0/00000000000000000001-0000000001-00000");
        half.append(List.of(ByteBuffer.wrap("half a segment".getBytes(StandardCharsets.UTF_8))));
        half.flush();
        aWhile();
        next.keepHouse();

        assertThat(files("topics/")).isEqualTo(needed);
        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    @Test
    void aNewProcessDoesNotAnswerForTheOneBeforeIt() {
        nodeWithRecords();
        new Node(1, 9, store); // and node 2 has not heard of that

        Partition partition = new Node(2, store).own(2);

        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    @Test
    void aNoteAboutACommitLogThatIsGoneGoes() {
        Node node = nodeWithRecords();
        new TakenNotes(store)
                .write(new CommitLogId(9, 9), new CommitLogId(1, 1), Set.of(PartitionKey.of(LogFixture.id(0))));
        aWhile();

        node.keepHouse();

        assertThat(files(TakenNotes.DIRECTORY)).isEmpty();
    }

    @Test
    void aCommitLogMayGoWhileItIsRead() {
        Node first = nodeWithRecords();
        first.log.flusher().flushAll();
        dead.add(1);

        Partition partition = new Node(2, new Vanishing()).own(2);

        assertThat(files("wal/1-1/")).isEmpty();
        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    /** What is cut off was finished meanwhile, and its writer has let its commit log go. */
    @Test
    void aSegmentThatWasFinishedSinceItWasListedStays() {
        Node late = nodeWithRecords();
        late.log.flusher().flushAll();
        dead.add(1);
        List<String> finished = files("topics/");

        Partition partition = new Node(2, new LateListing()).own(2);

        assertThat(files("topics/")).isEqualTo(finished);
        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    /** It lists segments as they were when their writer had just begun them. */
    private final class LateListing extends Passing {
        @Override
        public List<FileStatus> list(String prefix) {
            return super.list(prefix).stream()
                    .map(file -> file.path().startsWith("topics/")
                            ? new FileStatus(file.path(), Math.min(8, file.lengthBytes()), file.modifiedMs())
                            : file)
                    .toList();
        }
    }

    @Test
    void aSegmentIsRemovedOnlyWhenItsWriterCannotFinishItAnyMore() {
        nodeWithRecords();
        dead.add(1);
        String path = new SegmentId(LogFixture.TOPIC, 0, 0, 1, 0).path();
        AppendFile half = store.create(path);
        half.append(List.of(ByteBuffer.wrap("half a segment".getBytes(StandardCharsets.UTF_8))));

        Partition partition = new Node(2, new Passing() {
                    @Override
                    public void delete(String removed) {
                        if (removed.equals(path)) {
                            assertThatThrownBy(half::seal).hasMessageContaining("fenced");
                        }
                        super.delete(removed);
                    }
                })
                .own(2);

        assertThat(files("topics/")).isEmpty();
        assertThat(consume(partition, 0)).isEqualTo(RECORDS);
    }

    /** Node 1's commit log has gone; what it had is in segments, or in the pack that it wrote. */
    private Node afterNode1() {
        dead.add(1);
        Node next = new Node(2, store);
        next.own(0, 2);
        next.own(1, 2);
        aWhile();
        next.log.flusher().flushAll();
        next.keepHouse();
        assertThat(files("wal/1-1/")).isEmpty();
        return next;
    }

    private void writePack(PackId pack, byte[] content) {
        store.delete(pack.path());
        try (AppendFile file = store.create(pack.path())) {
            file.append(List.of(ByteBuffer.wrap(content)));
            file.flush();
        }
    }

    @Test
    void aPackThatALateWriterBeginsAndNeverFinishesKeepsNobodyOutAndGoes() {
        nodeWithRecords();
        afterNode1();
        PackId begun = new PackId(1, 1, 0);
        writePack(begun, new byte[50]);

        Node last = new Node(3, store);
        assertThat(consume(last.own(3), 0)).isEqualTo(RECORDS);

        aWhile();
        last.keepHouse();
        assertThat(files("packs/1-1/")).doesNotContain(begun.path());
        time.sleep(NodeLogConfig.defaults().orphanAge().toMillis());
        last.keepHouse();
        assertThat(files("packs/1-1/")).as("nor is there a note any more").isEmpty();
    }

    @Test
    void aPackThatWasCompleteAndIsDamagedIsNotTakenForAnUnfinishedOne() {
        Node first = nodeWithRecords();
        append(first.own(1, 1), idempotent(6, 0, "x"));
        first.log.commitLog().orElseThrow().commitQueued();
        first.log.flusher().flushAll();
        PackId pack = new PackId(1, 1, 0);
        assertThat(files("packs/")).containsExactly(pack.path());
        afterNode1();
        writePack(pack, new byte[50]);

        Node last = new Node(3, store);
        CompletableFuture<Partition> _ =
                last.log.own(LogFixture.id(0), 3, new LogConfig(Map.of()), TopicDurability.DURABLE);

        Partition partition = last.log.find(LogFixture.id(0).topicPartition()).orElseThrow();
        assertThat(partition.status().state()).isEqualTo(State.FAILED);
        assertThat(partition.status().reason()).contains(pack.path());
        aWhile();
        last.keepHouse();
        assertThat(files("packs/1-1/")).contains(pack.path());
    }

    /** Another node keeps house: the dead node's commit log goes the moment somebody touches it. */
    private final class Vanishing extends Passing {
        @Override
        public long fence(String path) {
            if (path.startsWith("wal/1-1/")) {
                files("wal/1-1/").forEach(store::delete);
            }
            return super.fence(path);
        }
    }

    /** The store as another node has it. */
    private class Passing implements Store {
        @Override
        public long fence(String path) {
            return store.fence(path);
        }

        @Override
        public AppendFile create(String path) {
            return store.create(path);
        }

        @Override
        public ReadFile open(String path) {
            return store.open(path);
        }

        @Override
        public List<FileStatus> list(String prefix) {
            return store.list(prefix);
        }

        @Override
        public void delete(String path) {
            store.delete(path);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
