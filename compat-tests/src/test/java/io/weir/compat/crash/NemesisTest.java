package io.weir.compat.crash;

import io.weir.compat.crash.Nemesis.Harm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three controllers and three to seven other nodes are harmed in every way, again and again. It takes many minutes, so
 * it runs only with {@code -Dweir.test.nemesis=true}: {@code bin/nemesis}. {@code -Dweir.test.nemesis.rounds=N} is how
 * many harms there are, {@code -Dweir.test.nemesis.brokers=N} how many nodes, {@code -Dweir.test.seed=N} chooses the
 * same harms again.
 */
@EnabledIfSystemProperty(named = "weir.test.nemesis", matches = "true")
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "needs a cluster of its own")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "needs a cluster of its own")
class NemesisTest {
    private static final int CONTROLLERS = 3;
    private static final int BROKERS = Integer.getInteger("weir.test.nemesis.brokers", 3);
    private static final int ROUNDS = Integer.getInteger("weir.test.nemesis.rounds", Harm.values().length);

    @TempDir
    private Path directory;

    @Test
    void nothingAcknowledgedIsLostWhoeverDies() throws Exception {
        long seed = Long.getLong("weir.test.seed", System.nanoTime());
        Random order = new Random(seed);
        List<Harm> harms = new ArrayList<>();
        while (harms.size() < ROUNDS) {
            List<Harm> all = new ArrayList<>(Arrays.asList(Harm.values()));
            Collections.shuffle(all, order);
            harms.addAll(all);
        }
        try (NemesisScenario scenario = new NemesisScenario("nemesis", directory, CONTROLLERS, BROKERS, seed)) {
            scenario.run(harms.subList(0, ROUNDS), true);
        }
    }
}
