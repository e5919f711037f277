package io.weir.compat.crash;

import io.weir.compat.crash.CrashScenario.Stop;
import io.weir.compat.server.ServerProcess;
import io.weir.compat.server.Settings;
import io.weir.compat.support.Cluster;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * A real process, killed under load. {@code -Dweir.test.crash.rounds=N} makes it longer, {@code -Dweir.test.seed=N}
 * chooses the same moments again (the clients' threads are the machine's to schedule all the same).
 */
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "kills its own server")
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("weir.test.crash.rounds", 20);

    private final long seed = Long.getLong("weir.test.seed", System.nanoTime());
    private final ServerProcess server;

    CrashTest(TestInfo test) {
        String name = "crash-" + test.getTestMethod().orElseThrow().getName();
        server = new ServerProcess(
                name, Path.of("target", "data", name + "-" + Uuid.randomUuid()), Settings.everythingSmall());
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void killedUnderFiveProducersAndTwoGroups() throws Exception {
        scenario(5, 3, ROUNDS, Stop.KILL);
    }

    @Test
    void stoppedInAnOrderlyWayUnderLoad() throws Exception {
        scenario(5, 3, Math.max(3, ROUNDS / 5), Stop.TERMINATE);
    }

    @Test
    void killedWithAThousandPartitions() throws Exception {
        scenario(2, 500, 4, Stop.KILL);
    }

    /** Each producer has a topic of its own, and a partition of the next one's too. */
    private void scenario(int producers, int partitions, int rounds, Stop stop) throws Exception {
        server.start();
        try (Cluster cluster = new Cluster(server)) {
            for (int i = 0; i < producers; i++) {
                cluster.topicNamed("topic-" + i, partitions, "segment.bytes", "1048576");
            }
        }
        var shares = IntStream.range(0, producers)
                .mapToObj(i -> share(i, (i + 1) % producers, partitions))
                .toList();
        new CrashScenario(server, seed).run(rounds, stop, shares);
    }

    private static List<TopicPartition> share(int own, int next, int partitions) {
        return IntStream.rangeClosed(0, partitions)
                .mapToObj(p ->
                        p < partitions ? new TopicPartition("topic-" + own, p) : new TopicPartition("topic-" + next, 0))
                .toList();
    }
}
