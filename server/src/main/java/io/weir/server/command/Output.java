package io.weir.server.command;

import io.weir.server.json.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints results: tables and lines for people, JSON for programs. */
final class Output {
    private final PrintWriter out;

    Output(PrintWriter out) {
        this.out = out;
    }

    /** One JSON document on one line. */
    void json(@Nullable Object document) {
        out.println(Json.write(document));
        out.flush();
    }

    /** One line. */
    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Columns under headings, as wide as they need to be; numbers to the right. */
    void table(List<String> headings, List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        List<Boolean> numeric = new ArrayList<>();
        for (int column = 0; column < headings.size(); column++) {
            int width = headings.get(column).length();
            boolean number = !rows.isEmpty();
            for (List<String> row : rows) {
                width = Math.max(width, row.get(column).length());
                number &= row.get(column).matches("-?\\d*|-");
            }
            widths.add(width);
            numeric.add(number);
        }
        out.println(row(headings, widths, numeric));
        rows.forEach(row -> out.println(row(row, widths, numeric)));
        out.flush();
    }

    private static String row(List<String> cells, List<Integer> widths, List<Boolean> numeric) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String padding = " ".repeat(widths.get(column) - cells.get(column).length());
            line.append(numeric.get(column) ? padding + cells.get(column) : cells.get(column) + padding);
            line.append("  ");
        }
        return line.toString().stripTrailing();
    }
}
