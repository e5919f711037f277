package io.weir.bench.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.bench.cases.Case;
import io.weir.bench.cases.Cases;
import io.weir.bench.load.Dimension;
import io.weir.bench.run.Scenario;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** From the words of the command line to what is run. */
class ScenariosTest {
    private final Cases cases = Cases.usual();

    @Test
    void listsOfSizesAreCombined() {
        List<Scenario> scenarios = RunCommand.scenarios(
                cases,
                List.of("produce"),
                Map.of(Dimension.PARTITIONS, List.of("1", "6"), Dimension.COMPRESSION, List.of("none", "lz4")));
        assertThat(scenarios)
                .extracting(one -> one.workload().text(Dimension.PARTITIONS) + " "
                        + one.workload().text(Dimension.COMPRESSION))
                .containsExactlyInAnyOrder("1 none", "1 lz4", "6 none", "6 lz4");
    }

    @Test
    void aSizeReachesTheCasesThatHeedIt() {
        List<Scenario> scenarios =
                RunCommand.scenarios(cases, List.of("produce", "start"), Map.of(Dimension.RECORDS, List.of("7")));
        assertThat(scenarios).hasSize(2);
        assertThat(scenarios.getFirst().workload().number(Dimension.RECORDS)).isEqualTo(7);
        assertThat(scenarios.getLast().workload().dimensions()).doesNotContain(Dimension.RECORDS);
    }

    @Test
    void aSizeThatNoCaseHeedsIsAMistake() {
        assertThatThrownBy(() ->
                        RunCommand.scenarios(cases, List.of("produce"), Map.of(Dimension.CONNECTIONS, List.of("500"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--connections");
    }

    @Test
    void anUnknownCaseNamesThoseThatThereAre() {
        assertThatThrownBy(() -> RunCommand.scenarios(cases, List.of("produse"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("produse")
                .hasMessageContaining("catch-up");
    }

    @Test
    void everyCaseIsInTheFullSetAndInTheQuickOne() {
        Set<String> all = cases.all().stream().map(Case::name).collect(Collectors.toSet());
        assertThat(names(Suites.full())).isEqualTo(all);
        assertThat(names(Suites.quick())).isEqualTo(all);
    }

    private static Set<String> names(Suite suite) {
        return suite.scenarios().stream().map(one -> one.subject().name()).collect(Collectors.toSet());
    }
}
