package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Thousands of small lives of a node on a store that fails before or after an effect and loses what was not flushed.
 * Everything runs on this thread by the seed: {@code -Dweir.simulation.seed=N} repeats one, {@code
 * -Dweir.simulation.seeds=N} says how many.
 */
class LogSimulationTest {
    @Test
    void nothingAcknowledgedIsLostWhateverTheSeed() {
        Long one = Long.getLong("weir.simulation.seed");
        int seeds = Integer.getInteger("weir.simulation.seeds", 2000);
        LongStream all = one != null ? LongStream.of(one) : LongStream.range(0, seeds);
        all.forEach(seed -> {
            try {
                new LogSimulation(seed).run();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("Simulation failed; repeat it with -Dweir.simulation.seed=" + seed, e);
            }
        });
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(new LogSimulation(seed).run()).as("seed %d", seed).isEqualTo(new LogSimulation(seed).run());
        }
    }
}
