package io.weir.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.weir.controller.crash.CrashConfig;
import io.weir.controller.crash.CrashWatch;
import io.weir.metadata.node.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes under a real controller whose sessions last for an hour: whoever is fenced was noticed otherwise. */
class CrashWatchTest {
    private static final Set<Role> BOTH = Set.of(Role.BROKER, Role.COORDINATOR);
    /** Longer than the fake nodes' 200 ms between two heartbeats. */
    private static final CrashConfig PATIENT = new CrashConfig(true, Duration.ofSeconds(1));
    /** Far shorter: every node is taken for silent. */
    private static final CrashConfig HASTY = new CrashConfig(true, Duration.ofMillis(20));

    @TempDir
    Path temp;

    private final List<FakeNode> nodes = new ArrayList<>();
    private final Semaphore asked = new Semaphore(0);
    private volatile boolean refuses;
    private TestNode cluster;
    private Optional<CrashWatch> watch = Optional.empty();

    @BeforeEach
    void start() {
        ControllerConfig config = new ControllerConfig(
                Duration.ofHours(1),
                Duration.ZERO,
                Duration.ZERO,
                1,
                true,
                10_007,
                LogConfig.SERVER_CONFIG_DEF,
                Map.of());
        cluster = new TestNode(temp.resolve("c"), config, Set.of(Role.CONTROLLER));
        cluster.start();
    }

    @AfterEach
    void stop() {
        watch.ifPresent(CrashWatch::close);
        nodes.forEach(FakeNode::kill);
        cluster.close();
        assertThat(cluster.faults).isEmpty();
    }

    @Test
    void nodeWhoseHostRefusesLosesItsPartitionsLongBeforeItsSessionIsOver() {
        watch(PATIENT, "PLAINTEXT");
        FakeNode killed = join(11);
        join(12);
        EmbeddedControllerTest.create(cluster, "orders", 20, (short) 3);
        cluster.await(image -> owns(image, 11));
        refuses = true;

        kill(killed);

        cluster.await(image -> isFenced(image, 11) && !owns(image, 11));
        assertThat(isFenced(cluster.view.image(), 12)).as("it is heard").isFalse();
    }

    @Test
    void nodeWhoseHostSaysNothingKeepsItsSession() throws InterruptedException {
        watch(PATIENT, "PLAINTEXT");
        FakeNode hung = join(11);

        kill(hung);

        assertThat(asked.tryAcquire(3, TestNode.BOUND.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(isFenced(cluster.view.image(), 11)).isFalse();
    }

    @Test
    void nodeThatIsHeardAgainIsNotAskedForAgainInThisLife() {
        refuses = true;
        watch(HASTY, "PLAINTEXT");

        cluster.await(image -> crashes() == 1 && !isFenced(image, TestNode.NODE_ID));
        for (int nodes = 2; nodes <= 6; nodes++) {
            int all = nodes;
            join(10 + nodes);
            // The image in which it serves again comes after all that.
            cluster.await(image -> crashes() >= all && !isFenced(image, 10 + all));
            assertThat(crashes()).as("once each").isEqualTo(all);
        }
    }

    @Test
    void nodeThatOthersCannotReachIsNotAskedFor() throws InterruptedException {
        watch(HASTY, "INTERNAL");
        join(11);

        assertThat(asked.tryAcquire(500, TimeUnit.MILLISECONDS)).isFalse();
    }

    private void watch(CrashConfig config, String listener) {
        CrashWatch running = new CrashWatch(
                config,
                listener,
                cluster.embedded.controller(),
                cluster.heartbeats,
                (host, port) -> {
                    asked.release();
                    return refuses;
                },
                Time.SYSTEM,
                cluster.registry);
        watch = Optional.of(running);
        TestNode.get(cluster.raft.install(List.of(running)));
        running.start();
    }

    private FakeNode join(int id) {
        FakeNode node = new FakeNode(cluster, id, Optional.empty(), BOTH, FakeNode.memory()).start();
        nodes.add(node);
        return node;
    }

    private void kill(FakeNode node) {
        nodes.remove(node);
        node.kill();
    }

    private long crashes() {
        return cluster.registry.scrape("weir_controller_crashes"::equals).stream()
                .flatMap(snapshot -> snapshot.getDataPoints().stream())
                .mapToLong(point -> (long) ((CounterSnapshot.CounterDataPointSnapshot) point).getValue())
                .sum();
    }

    private static boolean isFenced(MetadataImage image, int id) {
        return image.cluster().broker(id) != null && image.cluster().broker(id).fenced();
    }

    private static boolean owns(MetadataImage image, int id) {
        return image.topics().getTopic("orders") != null
                && image.topics().getTopic("orders").partitions().values().stream()
                        .anyMatch(partition -> partition.leader == id);
    }
}
