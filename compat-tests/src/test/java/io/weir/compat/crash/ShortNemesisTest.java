package io.weir.compat.crash;

import io.weir.compat.crash.Nemesis.Harm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@link NemesisTest}, for every build: one controller, two other nodes and a few harms. The hour
 * chooses one of a few seeds, so that builds differ and each can be had again by {@code -Dweir.test.seed=N}.
 */
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "needs a cluster of its own")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "needs a cluster of its own")
class ShortNemesisTest {
    private static final int SEEDS = 16;
    private static final int HARMS = 2;

    /** Of those that are over soon. */
    private static final List<Harm> TO_OWNERS =
            List.of(Harm.KILL_OWNER, Harm.FREEZE_OWNER, Harm.CUT_OFF_OWNER, Harm.RESTART_OWNER);

    private static final List<Harm> TO_OTHERS =
            List.of(Harm.KILL_CONTROLLER, Harm.KILL_DATA_NODE, Harm.FREEZE_DATA_NODE, Harm.REASSIGN);

    @TempDir
    private Path directory;

    @Test
    void nothingAcknowledgedIsLostWhoeverDies() throws Exception {
        long hour = TimeUnit.MILLISECONDS.toHours(System.currentTimeMillis());
        long seed = Long.getLong("weir.test.seed", hour % SEEDS);
        Random order = new Random(seed);
        List<Harm> harms = new ArrayList<>(some(TO_OWNERS, order));
        harms.addAll(some(TO_OTHERS, order).subList(0, 1));
        Collections.shuffle(harms, order);
        try (NemesisScenario scenario = new NemesisScenario("nemesis-short", directory, 1, 2, seed)) {
            scenario.run(harms, false);
        }
    }

    private static List<Harm> some(List<Harm> harms, Random order) {
        List<Harm> shuffled = new ArrayList<>(harms);
        Collections.shuffle(shuffled, order);
        return shuffled.subList(0, HARMS);
    }
}
