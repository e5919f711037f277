package io.weir.bench.machine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** Measures who uses the processors between a start and now. One thread. */
public final class CpuMeter {
    private final ProcFiles files;
    private final Time time;
    private final Supplier<List<Long>> server;
    private final boolean started;
    private final int processors;

    /**
     * @param server the processes that serve, as far as they are known; one that has ended meanwhile is left out
     * @param started whether they are started here: when there is none, none has used any time yet
     */
    public CpuMeter(ProcFiles files, Time time, Supplier<List<Long>> server, boolean started, int processors) {
        this.files = files;
        this.time = time;
        this.server = server;
        this.started = started;
        this.processors = processors;
    }

    /** A moment. */
    public record Reading(long nanos, Map<Long, Double> server, double client, Optional<ProcFiles.Machine> machine) {}

    /** Where everything stands now. */
    public Reading read() {
        Map<Long, Double> used = new HashMap<>();
        server.get().forEach(pid -> used.put(pid, files.processSeconds(pid).orElse(Double.NaN)));
        return new Reading(
                time.nanoseconds(),
                used,
                files.processSeconds(ProcessHandle.current().pid()).orElse(Double.NaN),
                files.machine());
    }

    /** What has been used since {@code start}. */
    public CpuTime since(Reading start) {
        Reading now = read();
        double serverSeconds = started || !now.server.isEmpty()
                ? now.server.entrySet().stream()
                        .mapToDouble(used -> used.getValue() - start.server.getOrDefault(used.getKey(), 0.0))
                        .sum()
                : Double.NaN;
        double clientSeconds = now.client - start.client;
        return new CpuTime(serverSeconds, clientSeconds, otherPercent(start, now, serverSeconds + clientSeconds));
    }

    /** Without the server's process one cannot tell who is other. */
    private double otherPercent(Reading start, Reading now, double ours) {
        if (start.machine.isEmpty() || now.machine.isEmpty() || Double.isNaN(ours)) {
            return Double.NaN;
        }
        double busy = now.machine.get().busySeconds() - start.machine.get().busySeconds();
        double stolen = now.machine.get().stolenSeconds() - start.machine.get().stolenSeconds();
        double available = (now.nanos - start.nanos) / 1e9 * processors;
        return Math.max(0, busy - ours + stolen) / available * 100;
    }
}
