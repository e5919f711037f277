package io.weir.bench.run;

import io.weir.bench.cases.Figure;
import java.util.List;

/**
 * One trial and how it went.
 *
 * @param round from 1
 * @param repeated whether it is the second try of its round
 * @param figures empty when it failed
 * @param otherPercent of the machine that others took while it was measured; NaN when unknown
 * @param disturbed whether that was too much for it to count
 * @param failure empty when it went well
 */
public record Attempt(
        String target,
        int round,
        boolean repeated,
        List<Figure> figures,
        double otherPercent,
        boolean disturbed,
        String failure) {
    public Attempt {
        figures = List.copyOf(figures);
    }

    /** Whether there are figures. */
    public boolean succeeded() {
        return failure.isEmpty();
    }
}
