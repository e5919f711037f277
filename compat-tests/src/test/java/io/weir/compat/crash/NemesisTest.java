package io.weir.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.crash.Nemesis.Harm;
import io.weir.compat.server.ClusterProcesses;
import io.weir.compat.server.ServerUnderTest;
import io.weir.compat.support.Cluster;
import io.weir.storage.hdfs.local.HdfsProcesses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of processes on a real HDFS under idempotent producers and groups of both protocols, harmed again and
 * again. In the end nothing that was acknowledged is lost, doubled or out of order, offsets are dense, and every reader
 * has seen the same. It takes minutes, so it runs only with {@code -Dweir.test.nemesis=true}; {@code
 * -Dweir.test.nemesis.rounds=N} makes it longer, {@code -Dweir.test.seed=N} chooses the same harm again.
 */
@EnabledIfSystemProperty(named = "weir.test.nemesis", matches = "true")
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "needs a cluster of its own")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "needs a cluster of its own")
class NemesisTest {
    private static final int ROUNDS = Integer.getInteger("weir.test.nemesis.rounds", Harm.values().length);
    private static final int TOPICS = 2;
    private static final int PARTITIONS = 4;

    private final long seed = Long.getLong("weir.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final HdfsProcesses hdfs;
    private final ClusterProcesses nodes;

    NemesisTest(@TempDir Path directory) {
        hdfs = HdfsProcesses.start(directory.resolve("hdfs"), 3);
        nodes = ClusterProcesses.on("nemesis", directory.resolve("nodes"), hdfs.uri() + "/weir")
                .set("weir.commit.log.file.bytes", "4194304")
                .set("weir.segment.flush.bytes", "65536")
                .set("offsets.topic.num.partitions", "4")
                .nodes(3, "controller")
                .nodes(3, "proxy", "broker", "coordinator")
                .build();
    }

    @AfterEach
    void end() {
        nodes.close();
        hdfs.close();
    }

    private record Running(String bootstrap) implements ServerUnderTest {
        @Override
        public boolean isWeir() {
            return true;
        }

        @Override
        public void close() {
            // The test closes the nodes.
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhoeverDies() throws Exception {
        System.out.println("seed=" + seed);
        nodes.start();
        List<String> report = new ArrayList<>(List.of("seed=" + seed));
        Workload workload;
        try (Cluster cluster = new Cluster(new Running(nodes.bootstrap()))) {
            List<List<TopicPartition>> shares = new ArrayList<>();
            for (int i = 0; i < TOPICS; i++) {
                cluster.topicNamed("topic-" + i, PARTITIONS, "segment.bytes", "1048576");
                String topic = "topic-" + i;
                shares.add(IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .toList());
            }
            List<TopicPartition> partitions =
                    shares.stream().flatMap(List::stream).toList();
            Nemesis nemesis = new Nemesis(nodes, hdfs, cluster, random);
            workload = new Workload(nodes.bootstrap(), shares);
            try (workload) {
                workload.start();
                List<Harm> harms = new ArrayList<>();
                while (harms.size() < ROUNDS) {
                    List<Harm> all = new ArrayList<>(Arrays.asList(Harm.values()));
                    Collections.shuffle(all, new Random(random.nextLong()));
                    harms.addAll(all);
                }
                for (Harm harm : harms.subList(0, ROUNDS)) {
                    workload.awaitProgress();
                    Promises promises = Promises.of(workload);
                    String done = nemesis.strike(harm, partitions) + " " + workload;
                    report.add(done);
                    System.out.println(done);
                    workload.awaitProgress();
                    assertThat(promises.broken(cluster.admin()))
                            .as(String.join("\n", report))
                            .isEmpty();
                }
                workload.finish();
                assertThat(workload.died()).as(String.join("\n", report)).isEmpty();
                CrashScenario.check(cluster, workload.histories(), String.join("\n", report));
            }
        }
    }
}
