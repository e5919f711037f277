package io.weir.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.bench.cases.Figure;
import io.weir.bench.load.Dimension;
import io.weir.bench.run.Attempt;
import io.weir.bench.run.Outcome;
import io.weir.bench.run.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that was measured, for programs. Fields are added over time and never change their meaning. Pure. */
public final class JsonReport {
    private final ObjectMapper mapper = new ObjectMapper();

    /** @param environment what the run was made on */
    public String of(Map<String, ?> environment, List<Outcome> outcomes) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("environment", environment);
        document.put("scenarios", outcomes.stream().map(JsonReport::scenario).toList());
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps, lists, strings and numbers are JSON", e);
        }
    }

    private static Map<String, Object> scenario(Outcome outcome) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("case", outcome.scenario().subject().name());
        Map<String, Object> workload = new LinkedHashMap<>();
        for (Dimension dimension : outcome.scenario().workload().dimensions()) {
            workload.put(dimension.word(), outcome.scenario().workload().text(dimension));
        }
        document.put("workload", workload);
        document.put("targets", outcome.targets());
        document.put(
                "figures",
                outcome.figures().stream()
                        .map(figure -> figure(outcome, figure))
                        .toList());
        document.put(
                "attempts",
                outcome.attempts().stream()
                        .map(attempt -> attempt(outcome, attempt))
                        .toList());
        return document;
    }

    private static Map<String, Object> figure(Outcome outcome, Figure figure) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", figure.name());
        document.put("unit", figure.unit());
        document.put("moreIsBetter", figure.moreIsBetter());
        Map<String, Object> targets = new LinkedHashMap<>();
        for (String target : outcome.targets()) {
            outcome.spread(target, figure.name()).ifPresent(spread -> targets.put(target, spread(spread)));
        }
        document.put("targets", targets);
        Map<String, Object> ratios = new LinkedHashMap<>();
        for (String other : Table.others(outcome)) {
            Table.ratio(outcome, figure, other).ifPresent(ratio -> ratios.put(other, ratio));
        }
        document.put("ratioTo", ratios);
        return document;
    }

    private static Map<String, Object> spread(Spread spread) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("median", spread.median());
        document.put("min", spread.least());
        document.put("max", spread.greatest());
        document.put("rounds", spread.count());
        return document;
    }

    private static Map<String, @Nullable Object> attempt(Outcome outcome, Attempt attempt) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("target", attempt.target());
        document.put("round", attempt.round());
        document.put("repeated", attempt.repeated());
        document.put("counts", outcome.counting(attempt.target()).contains(attempt));
        document.put("disturbed", attempt.disturbed());
        document.put("otherLoadPercent", known(attempt.otherPercent()));
        document.put("failure", attempt.succeeded() ? null : attempt.failure());
        List<Map<String, @Nullable Object>> figures = new ArrayList<>();
        for (Figure figure : attempt.figures()) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("name", figure.name());
            one.put("value", known(figure.value()));
            figures.add(one);
        }
        document.put("figures", figures);
        return document;
    }

    /** JSON has no NaN. */
    private static @Nullable Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
