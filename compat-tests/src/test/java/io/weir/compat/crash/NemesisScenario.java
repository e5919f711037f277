package io.weir.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.crash.Nemesis.Harm;
import io.weir.compat.server.ClusterProcesses;
import io.weir.compat.server.NodeProcess;
import io.weir.compat.server.ServerUnderTest;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.log.commitlog.CommitLogId;
import io.weir.server.json.Json;
import io.weir.storage.hdfs.HdfsStore;
import io.weir.storage.hdfs.HdfsStoreConfig;
import io.weir.storage.hdfs.local.HdfsProcesses;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A cluster of processes on a real HDFS under idempotent producers and groups of both protocols, which is harmed; then
 * it is judged: nothing that was acknowledged is lost, doubled or out of order, offsets are dense, every reader sees the
 * same bytes through whichever proxy, no epoch had two owners, and what dead writers left in the store goes. One thread.
 */
final class NemesisScenario implements AutoCloseable {
    private static final int DATA_NODES = 3;
    private static final int TOPICS = 2;
    private static final int PARTITIONS = 4;
    /** Above the minute for which nodes leave files alone that might just have been made. */
    private static final Duration ORPHANS_BOUND = Duration.ofMinutes(3);

    private final SplittableRandom random;
    private final HdfsProcesses hdfs;
    private final ClusterProcesses nodes;
    private final List<String> report = new ArrayList<>();
    private final List<TopicPartition> partitions = IntStream.range(0, TOPICS * PARTITIONS)
            .mapToObj(i -> new TopicPartition("topic-" + i / PARTITIONS, i % PARTITIONS))
            .toList();

    /** @param brokers so many nodes are proxy, broker and coordinator at once */
    NemesisScenario(String name, Path directory, int controllers, int brokers, long seed) {
        random = new SplittableRandom(seed);
        note("seed=" + seed);
        hdfs = HdfsProcesses.start(directory.resolve("hdfs"), DATA_NODES);
        nodes = ClusterProcesses.on(name, directory.resolve("nodes"), root())
                .set("weir.commit.log.file.bytes", "4194304")
                .set("weir.segment.flush.bytes", "65536")
                .set("weir.segment.flush.ms", "3000")
                .set("log.retention.check.interval.ms", "1000")
                .set("offsets.topic.num.partitions", "4")
                .nodes(controllers, "controller")
                .nodes(brokers, "proxy", "broker", "coordinator")
                .severable()
                .build();
    }

    private record Running(String bootstrap) implements ServerUnderTest {
        @Override
        public boolean isWeir() {
            return true;
        }

        @Override
        public void close() {
            // The scenario closes the nodes.
        }
    }

    private String root() {
        return hdfs.uri() + "/weir";
    }

    /** Does the harms one after the other under load, and judges. */
    void run(List<Harm> harms, boolean awaitTidiness) throws Exception {
        nodes.start();
        try (Cluster cluster = new Cluster(new Running(nodes.bootstrap()));
                OwnersWatch owners = new OwnersWatch(nodes.nodes("broker"))) {
            for (int topic = 0; topic < TOPICS; topic++) {
                cluster.topicNamed("topic-" + topic, PARTITIONS, "segment.bytes", "1048576");
            }
            Nemesis nemesis = new Nemesis(nodes, hdfs, cluster, random);
            Workload workload = new Workload(
                    nodes.bootstrap(),
                    List.of(partitions.subList(0, PARTITIONS), partitions.subList(PARTITIONS, partitions.size())));
            try (workload) {
                workload.start();
                for (Harm harm : harms) {
                    strike(nemesis, harm, workload, cluster);
                }
                workload.finish();
                assertThat(workload.died()).as(this::toString).isEmpty();
                CrashScenario.check(cluster, workload.histories(), toString());
            }
            assertThat(owners.doubled()).as(this::toString).isEmpty();
            assertThat(owners.seen()).as("owners have been watched").isGreaterThan(partitions.size());
            Map<TopicPartition, RawLog> bytes = sameBytesOfEveryProxy(cluster, nemesis);
            if (awaitTidiness) {
                nemesis.strike(Harm.RESTART_ALL, partitions);
                awaitTidiness(cluster, nemesis);
                assertThat(sameBytesOfEveryProxy(cluster, nemesis))
                        .as("what can be read after the restart and the tidying")
                        .isEqualTo(bytes);
            }
        }
    }

    private void strike(Nemesis nemesis, Harm harm, Workload workload, Cluster cluster) {
        workload.awaitProgress();
        Promises promises = Promises.of(workload);
        long start = System.nanoTime();
        String done = nemesis.strike(harm, partitions);
        workload.awaitProgress();
        note(done + " millis=" + Duration.ofNanos(System.nanoTime() - start).toMillis() + " " + workload);
        assertThat(promises.broken(cluster.admin())).as(this::toString).isEmpty();
    }

    private Map<TopicPartition, RawLog> sameBytesOfEveryProxy(Cluster cluster, Nemesis nemesis) {
        Map<TopicPartition, RawLog> logs = new LinkedHashMap<>();
        var ends = Cluster.get(cluster.admin()
                .listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
                .all());
        ends.forEach((partition, end) -> {
            Map<String, RawLog> read = nodes.nodes("proxy").stream()
                    .collect(Collectors.toMap(
                            NodeProcess::toString,
                            node -> RawLog.of(node.clients(), partition, end.offset(), nemesis::superviseUntilReady)));
            assertThat(Set.copyOf(read.values()))
                    .as("%s as each proxy shows it: %s\n%s", partition, read, this)
                    .hasSize(1);
            RawLog log = read.values().iterator().next();
            assertThat(log.fallingEpochs()).as(this::toString).isEmpty();
            logs.put(partition, log);
        });
        note("batches="
                + logs.values().stream().mapToInt(RawLog::batches).sum() + " proxies="
                + nodes.nodes("proxy").size() + " all the same");
        return logs;
    }

    private void awaitTidiness(Cluster cluster, Nemesis nemesis) {
        long start = System.nanoTime();
        List<String> orphans = new ArrayList<>();
        try (HdfsStore store = new HdfsStore(HdfsStoreConfig.defaults(URI.create(root())), Time.SYSTEM)) {
            boolean tidy = Await.holds(ORPHANS_BOUND, () -> {
                nemesis.superviseUntilReady();
                List<String> found = StoreAudit.orphans(store, living(), topicIds(cluster));
                orphans.clear();
                orphans.addAll(found);
                return found.isEmpty();
            });
            assertThat(tidy)
                    .as("left after %s: %s\n%s", ORPHANS_BOUND, orphans, this)
                    .isTrue();
        }
        note("tidy millis=" + Duration.ofNanos(System.nanoTime() - start).toMillis());
    }

    private static Set<Uuid> topicIds(Cluster cluster) {
        return Cluster.get(cluster.admin()
                        .listTopics(new ListTopicsOptions().listInternal(true))
                        .listings())
                .stream()
                .map(TopicListing::topicId)
                .collect(Collectors.toSet());
    }

    private Set<CommitLogId> living() throws IOException {
        Set<CommitLogId> living = new HashSet<>();
        if (Json.read(nodes.nodes("broker").getFirst().get("/api/cluster").body()) instanceof Map<?, ?> document
                && document.get("nodes") instanceof List<?> rows) {
            for (Object row : rows) {
                if (row instanceof Map<?, ?> node
                        && node.get("id") instanceof Number id
                        && node.get("epoch") instanceof Number epoch) {
                    living.add(new CommitLogId(id.intValue(), epoch.longValue()));
                }
            }
        }
        assertThat(living).hasSameSizeAs(nodes.nodes("broker"));
        return living;
    }

    private void note(String line) {
        report.add(line);
        System.out.println(line);
    }

    @Override
    public String toString() {
        return String.join("\n", report);
    }

    @Override
    public void close() {
        nodes.close();
        hdfs.close();
    }
}
