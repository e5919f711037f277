package io.weir.bench.run;

import io.weir.bench.cases.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All trials of one scenario.
 *
 * @param targets by name, in the order of the columns
 */
public record Outcome(Scenario scenario, List<String> targets, List<Attempt> attempts) {
    public Outcome {
        targets = List.copyOf(targets);
        attempts = List.copyOf(attempts);
    }

    /** The attempts of a target that count: undisturbed ones, or the disturbed ones when there is nothing better. */
    public List<Attempt> counting(String target) {
        List<Attempt> good = attempts.stream()
                .filter(attempt -> attempt.target().equals(target) && attempt.succeeded())
                .toList();
        List<Attempt> quiet =
                good.stream().filter(attempt -> !attempt.disturbed()).toList();
        return quiet.isEmpty() ? good : quiet;
    }

    /** The figures that there are, without their values' meaning anything. */
    public List<Figure> figures() {
        return attempts.stream()
                .filter(Attempt::succeeded)
                .findFirst()
                .map(Attempt::figures)
                .orElse(List.of());
    }

    /** What a target measured of a figure, over the rounds that count. */
    public Optional<Spread> spread(String target, String figure) {
        List<Double> values = new ArrayList<>();
        for (Attempt attempt : counting(target)) {
            attempt.figures().stream()
                    .filter(one -> one.name().equals(figure) && !Double.isNaN(one.value()))
                    .forEach(one -> values.add(one.value()));
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
