package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code -Dweir.test.seeds=N} runs more, {@code -Dweir.test.seed=N} one again. */
class ClusterSimulationTest {
    @Test
    void whatAnyNodeAcknowledgedEveryLaterOwnerServes() {
        Long one = Long.getLong("weir.test.seed");
        long first = one == null ? 1 : one;
        long last = one == null ? Long.getLong("weir.test.seeds", 2000L) : one;
        int checks = 0;
        int takeOvers = 0;
        for (long seed = first; seed <= last; seed++) {
            ClusterSimulation run = new ClusterSimulation(seed);
            try {
                run.run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + " (-Dweir.test.seed=" + seed + "): " + e.getMessage() + "\n" + run.trace(), e);
            }
            checks += run.checks();
            takeOvers += run.takeOvers();
        }
        assertThat(checks).isPositive();
        assertThat(takeOvers).isGreaterThan(checks);
    }

    @Test
    void aSeedRepeatsItsRun() {
        assertThat(new ClusterSimulation(77).run()).isEqualTo(new ClusterSimulation(77).run());
    }
}
