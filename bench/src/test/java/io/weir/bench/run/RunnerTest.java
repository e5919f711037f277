package io.weir.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.bench.cases.Case;
import io.weir.bench.cases.Cases;
import io.weir.bench.cases.Figure;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import io.weir.bench.target.ExternalTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Order, cleaning up, failures. */
class RunnerTest {
    private final Fixture fixture = new Fixture();

    @TempDir
    private Path work;

    @TempDir
    private Path kept;

    private Optional<Path> logs = Optional.empty();

    private List<Outcome> run(Scenario scenario, int rounds) throws IOException, InterruptedException {
        return run(scenario, rounds, 100);
    }

    private List<Outcome> run(Scenario scenario, int rounds, double noisePercent)
            throws IOException, InterruptedException {
        Plan plan = new Plan(
                List.of(scenario), List.of(fixture.target("a"), fixture.target("b")), rounds, work, logs, noisePercent);
        List<Outcome> outcomes = new ArrayList<>();
        try (Runner runner = new Runner(plan, fixture.watcher(), Time.SYSTEM)) {
            runner.run(outcomes::add);
        }
        return outcomes;
    }

    @Test
    void targetsTakeTurns() throws Exception {
        run(fixture.scenario(trial -> List.of(Figure.more("speed", "/s", 1))), 2);
        assertThat(fixture.events)
                .containsExactly("a 1", "done", "b 1", "done", "a 2", "done", "b 2", "done", "outcome");
    }

    @Test
    void aDisturbedTrialIsRunAgainOnce() throws Exception {
        Scenario measuring = fixture.scenario(trial -> {
            trial.measure(() -> {});
            return List.of(Figure.more("speed", "/s", 1));
        });
        double nobodyIsAsQuietAsThis = -1;
        List<Outcome> outcomes = run(measuring, 1, nobodyIsAsQuietAsThis);
        assertThat(fixture.events)
                .filteredOn(event -> event.matches("[ab] 1"))
                .containsExactly("a 1", "a 1", "b 1", "b 1");
        assertThat(outcomes.getFirst().attempts())
                .extracting(Attempt::disturbed, Attempt::repeated)
                .containsExactly(tuple(true, false), tuple(true, true), tuple(true, false), tuple(true, true));
    }

    @Test
    void whatATrialWroteIsGoneAfterIt() throws Exception {
        run(
                fixture.scenario(trial -> {
                    Path node = trial.format();
                    Files.writeString(node.resolve("data").resolve("segment"), "records");
                    trial.launch(node);
                    return List.of(Figure.more("speed", "/s", 1));
                }),
                1);
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aFailureIsToldWithTheServersLastWordsAndTheOthersGoOn() throws Exception {
        List<Outcome> outcomes = run(
                fixture.scenario(trial -> {
                    if (trial.launch(trial.format()).bootstrap().equals("a:1")) {
                        throw new IOException("a record was refused");
                    }
                    return List.of(Figure.more("speed", "/s", 7));
                }),
                1);
        assertThat(outcomes.getFirst().attempts().getFirst().failure())
                .contains("a record was refused", "no more room here");
        assertThat(outcomes.getFirst().spread("b", "speed")).contains(new Spread(7, 7, 7, 1));
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aCaseAboutNodesIsLeftOutForWhatIsNoClusterOfWeir() throws Exception {
        Case takeover = Cases.cluster().find("takeover").orElseThrow();
        List<Outcome> outcomes = run(new Scenario(takeover, takeover.defaults()), 1);
        assertThat(outcomes.getFirst().attempts()).isEmpty();
        assertThat(fixture.events).anySatisfy(event -> assertThat(event).contains("takeover", "left out"));
    }

    @Test
    void logsAreKeptWhenSomebodyWantsThem() throws Exception {
        logs = Optional.of(kept);
        run(
                fixture.scenario(trial -> {
                    trial.launch(trial.format());
                    return List.of(Figure.more("speed", "/s", 7));
                }),
                1);
        try (var files = Files.list(kept)) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(log -> assertThat(log).content().contains("no more room here"));
        }
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aRunThatNeedsMoreRoomThanThereIsDoesNotBegin() {
        Scenario huge = new Scenario(
                Cases.usual().find("produce").orElseThrow(),
                Workload.empty()
                        .with(Dimension.RECORDS, 100_000_000_000L)
                        .with(Dimension.RECORD_SIZE, 1_000_000)
                        .with(Dimension.WARMUP, 0));
        assertThatThrownBy(() -> run(huge, 1)).isInstanceOf(IOException.class).hasMessageContaining("--work");
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void twoTargetsOfOneNameCannotBeToldApart() {
        Scenario scenario = fixture.scenario(trial -> List.of());
        ExternalTarget other = new ExternalTarget("a", "127.0.0.1:9092", OptionalLong.empty());
        assertThatThrownBy(() ->
                        new Plan(List.of(scenario), List.of(fixture.target("a"), other), 1, work, Optional.empty(), 10))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
