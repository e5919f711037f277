package io.weir.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.utils.Time;

/** Prints how long an embedded Weir takes to start and to stop, again and again in one JVM. Run by hand. */
final class StartTimes {
    private StartTimes() {}

    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        boolean files = arguments.length > 1 && arguments[1].equals("files");
        Time time = Time.SYSTEM;
        List<Double> starts = new ArrayList<>();
        List<Double> stops = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            EmbeddedWeir.Builder builder = EmbeddedWeir.builder();
            if (files) {
                builder.inTemporaryDirectory();
            }
            long begin = time.nanoseconds();
            EmbeddedWeir weir = builder.start();
            long started = time.nanoseconds();
            weir.close();
            long stopped = time.nanoseconds();
            System.out.printf(
                    Locale.ROOT,
                    "round %2d  start %7.1f ms  stop %7.1f ms%n",
                    i + 1,
                    (started - begin) / 1e6,
                    (stopped - started) / 1e6);
            if (i > 0) {
                starts.add((started - begin) / 1e6);
                stops.add((stopped - started) / 1e6);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "without the first: start median %.1f ms, stop median %.1f ms%n",
                median(starts),
                median(stops));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
