package io.weir.bench.report;

import io.weir.bench.cases.Figure;
import io.weir.bench.cases.Progress;
import io.weir.bench.cases.Trial;
import io.weir.bench.run.Attempt;
import io.weir.bench.run.Outcome;
import io.weir.bench.run.Scenario;
import io.weir.bench.run.Watcher;
import java.io.PrintWriter;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Time;

/** Shows how a run goes on: one line that changes, or on anything but a terminal a new line now and then. Any thread. */
public final class Console implements Watcher {
    private static final long TERMINAL_INTERVAL_MS = 500;
    private static final long LINE_INTERVAL_MS = 3000;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private final Time time;
    private String prefix = "";
    private String phase = "";
    private long lastMs;

    /** @param terminal whether a line can be written over */
    public Console(PrintWriter out, boolean terminal, Time time) {
        this.out = out;
        this.terminal = terminal;
        this.time = time;
    }

    @Override
    public synchronized Progress trial(
            int scenario, int scenarios, Scenario subject, int round, int rounds, String target) {
        if (round == 1 && !prefix.startsWith("[" + scenario + "/")) {
            line("\n[" + scenario + "/" + scenarios + "] " + subject.title());
        }
        prefix = "[" + scenario + "/" + scenarios + "] " + subject.subject().name() + ", round " + round + " of "
                + rounds + ", " + target + ": ";
        return new Progress() {
            @Override
            public void phase(String name) {
                enter(name);
            }

            @Override
            public void interim(Supplier<String> text) {
                show(text);
            }
        };
    }

    @Override
    public synchronized void ended(Attempt attempt) {
        String figures = attempt.figures().stream()
                .filter(figure -> !Double.isNaN(figure.value()))
                .map(Console::figure)
                .collect(Collectors.joining(", "));
        line(prefix + (attempt.succeeded() ? figures : "FAILED: " + attempt.failure()));
    }

    @Override
    public synchronized void ended(Outcome outcome) {
        line("\n" + Table.of(outcome));
    }

    @Override
    public synchronized void remark(String text) {
        line(prefix + text);
    }

    private synchronized void enter(String name) {
        phase = name;
        lastMs = time.milliseconds();
        if (terminal) {
            out.print(CLEAR_LINE + prefix + name);
            out.flush();
        }
    }

    private synchronized void show(Supplier<String> text) {
        long nowMs = time.milliseconds();
        if (nowMs - lastMs < (terminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS)) {
            return;
        }
        lastMs = nowMs;
        String line = prefix + phase + " " + text.get();
        out.print(terminal ? CLEAR_LINE + line : line + "\n");
        out.flush();
    }

    private void line(String text) {
        out.println((terminal ? CLEAR_LINE : "") + text);
        out.flush();
    }

    private static String figure(Figure figure) {
        return figure.name() + " " + Trial.number(figure.value()) + " " + figure.unit();
    }
}
