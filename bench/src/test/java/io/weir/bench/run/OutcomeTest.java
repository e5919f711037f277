package io.weir.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which rounds count. */
class OutcomeTest {
    @Test
    void aDisturbedRoundDoesNotCountWhereThereIsAnUndisturbedOne() {
        Outcome outcome = Fixture.outcome(
                Fixture.attempt("weir", 1, 100, 3), Fixture.disturbed("weir", 2, 10, 90), Fixture.failed("weir", 3));
        assertThat(outcome.spread("weir", "throughput")).contains(new Spread(100, 100, 100, 1));
    }

    @Test
    void disturbedRoundsCountWhenThereIsNothingBetter() {
        Outcome outcome = Fixture.outcome(Fixture.disturbed("weir", 1, 10, 90), Fixture.disturbed("weir", 2, 20, 80));
        assertThat(outcome.spread("weir", "throughput")).contains(new Spread(15, 10, 20, 2));
    }

    @Test
    void whatWasNotMeasuredHasNoSpread() {
        Outcome outcome = Fixture.outcome(Fixture.attempt("weir", 1, Double.NaN, 3), Fixture.failed("kafka", 1));
        assertThat(outcome.spread("weir", "throughput")).isEmpty();
        assertThat(outcome.spread("kafka", "p99")).isEmpty();
    }
}
