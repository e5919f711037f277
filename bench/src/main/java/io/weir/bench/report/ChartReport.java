package io.weir.bench.report;

import io.weir.bench.cases.Figure;
import io.weir.bench.cases.Trial;
import io.weir.bench.run.Outcome;
import io.weir.bench.run.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Bars as SVG, a group for each figure, with nothing from elsewhere in it. Pure. */
public final class ChartReport {
    private static final List<String> COLOURS = List.of("#1b6ca8", "#d98324", "#8a5a9e", "#4f8a4b", "#a34747");
    private static final int WIDTH = 900;
    private static final int LABEL_WIDTH = 230;
    private static final int BAR_WIDTH = 480;
    private static final int BAR_HEIGHT = 14;
    private static final int GAP = 10;

    private final StringBuilder body = new StringBuilder();
    private int y = 20;

    private ChartReport() {}

    /** A whole document. */
    public static String of(List<Outcome> outcomes) {
        ChartReport chart = new ChartReport();
        outcomes.forEach(chart::group);
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n",
                        WIDTH,
                        chart.y,
                        WIDTH,
                        chart.y)
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
                + chart.body
                + "</svg>\n";
    }

    private void group(Outcome outcome) {
        text(10, y, "font-weight=\"bold\"", outcome.scenario().title());
        y += GAP;
        for (Figure figure : outcome.figures()) {
            figure(outcome, figure);
        }
        y += 2 * GAP;
    }

    private void figure(Outcome outcome, Figure figure) {
        double greatest = outcome.targets().stream()
                .map(target -> outcome.spread(target, figure.name()))
                .flatMap(Optional::stream)
                .mapToDouble(Spread::greatest)
                .max()
                .orElse(0);
        if (greatest <= 0) {
            return;
        }
        text(10, y + BAR_HEIGHT, "", figure.name() + (figure.moreIsBetter() ? " (more is better)" : ""));
        for (int index = 0; index < outcome.targets().size(); index++) {
            String target = outcome.targets().get(index);
            Optional<Spread> spread = outcome.spread(target, figure.name());
            if (spread.isPresent()) {
                bar(spread.get(), greatest, COLOURS.get(index % COLOURS.size()), target, figure.unit());
            }
        }
        y += GAP;
    }

    private void bar(Spread spread, double greatest, String colour, String target, String unit) {
        double length = spread.median() / greatest * BAR_WIDTH;
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\"/>%n",
                LABEL_WIDTH,
                y + 2,
                decimal(Math.max(1, length)),
                BAR_HEIGHT - 2,
                colour));
        if (spread.count() > 1) {
            int middle = y + 1 + BAR_HEIGHT / 2;
            body.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\" stroke=\"#222222\"/>%n",
                    decimal(LABEL_WIDTH + spread.least() / greatest * BAR_WIDTH),
                    middle,
                    decimal(LABEL_WIDTH + spread.greatest() / greatest * BAR_WIDTH),
                    middle));
        }
        text(
                LABEL_WIDTH + BAR_WIDTH + GAP,
                y + BAR_HEIGHT - 2,
                "",
                target + " " + Trial.number(spread.median()) + " " + unit);
        y += BAR_HEIGHT;
    }

    private void text(int x, int baseline, String attributes, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        body.append(
                String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" %s>%s</text>%n", x, baseline, attributes, escaped));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
