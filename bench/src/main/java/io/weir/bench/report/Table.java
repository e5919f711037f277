package io.weir.bench.report;

import io.weir.bench.cases.Figure;
import io.weir.bench.cases.Trial;
import io.weir.bench.run.Attempt;
import io.weir.bench.run.Outcome;
import io.weir.bench.run.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The outcome of a scenario as text: medians, spreads, and the first target's ratio to each other one's. Pure. */
public final class Table {
    private Table() {}

    /** Lines, each with its end. */
    public static String of(Outcome outcome) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(heading(outcome));
        for (Figure figure : outcome.figures()) {
            rows.add(row(outcome, figure));
        }
        StringBuilder text = new StringBuilder();
        text.append(outcome.scenario().title()).append('\n');
        text.append(Columns.of(rows));
        for (Attempt attempt : outcome.attempts()) {
            if (!attempt.succeeded()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %s failed in round %d: %s%n",
                        attempt.target(),
                        attempt.round(),
                        attempt.failure()));
            } else if (attempt.disturbed()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %s, round %d%s: unusable, others took %s %% of the machine%s%n",
                        attempt.target(),
                        attempt.round(),
                        attempt.repeated() ? ", again" : "",
                        Trial.number(attempt.otherPercent()),
                        outcome.counting(attempt.target()).contains(attempt)
                                ? "; it counts, for there is nothing better"
                                : ""));
            }
        }
        return text.toString();
    }

    private static List<String> heading(Outcome outcome) {
        List<String> cells = new ArrayList<>(List.of("", "unit"));
        for (String target : outcome.targets()) {
            cells.add(target);
            cells.add("min..max");
        }
        for (String other : others(outcome)) {
            cells.add(outcome.targets().getFirst() + " / " + other);
        }
        return cells;
    }

    private static List<String> row(Outcome outcome, Figure figure) {
        List<String> cells = new ArrayList<>(List.of(figure.name(), figure.unit()));
        for (String target : outcome.targets()) {
            Optional<Spread> spread = outcome.spread(target, figure.name());
            cells.add(spread.map(one -> Trial.number(one.median())).orElse("-"));
            cells.add(spread.map(one -> Trial.number(one.least()) + ".." + Trial.number(one.greatest()))
                    .orElse("-"));
        }
        for (String other : others(outcome)) {
            cells.add(ratio(outcome, figure, other)
                    .map(value -> Trial.number(value) + " x" + verdict(value, figure))
                    .orElse("-"));
        }
        return cells;
    }

    /** The first target's median divided by another one's. */
    static Optional<Double> ratio(Outcome outcome, Figure figure, String other) {
        Optional<Spread> mine = outcome.spread(outcome.targets().getFirst(), figure.name());
        Optional<Spread> theirs = outcome.spread(other, figure.name());
        return mine.isEmpty() || theirs.isEmpty() || theirs.get().median() == 0
                ? Optional.empty()
                : Optional.of(mine.get().median() / theirs.get().median());
    }

    /** Five parts in a hundred are noise. */
    private static String verdict(double ratio, Figure figure) {
        if (ratio > 0.95 && ratio < 1.05) {
            return " same";
        }
        return ratio > 1 == figure.moreIsBetter() ? " better" : " worse";
    }

    static List<String> others(Outcome outcome) {
        return outcome.targets().subList(1, outcome.targets().size());
    }
}
