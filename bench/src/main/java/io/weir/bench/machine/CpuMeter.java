package io.weir.bench.machine;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** Measures who uses the processors between a start and now. One thread. */
public final class CpuMeter {
    private final ProcFiles files;
    private final Time time;
    private final Supplier<OptionalLong> server;
    private final boolean started;
    private final int processors;

    /**
     * @param server the process that serves, if it is known
     * @param started whether it is started here: when there is none, it has not used any time yet
     */
    public CpuMeter(ProcFiles files, Time time, Supplier<OptionalLong> server, boolean started, int processors) {
        this.files = files;
        this.time = time;
        this.server = server;
        this.started = started;
        this.processors = processors;
    }

    /** A moment. */
    public record Reading(long nanos, double server, double client, Optional<ProcFiles.Machine> machine) {}

    /** Where everything stands now. */
    public Reading read() {
        OptionalLong pid = server.get();
        OptionalDouble used = pid.isPresent() ? files.processSeconds(pid.getAsLong()) : OptionalDouble.empty();
        return new Reading(
                time.nanoseconds(),
                used.orElse(started && pid.isEmpty() ? 0 : Double.NaN),
                files.processSeconds(ProcessHandle.current().pid()).orElse(Double.NaN),
                files.machine());
    }

    /** What has been used since {@code start}. */
    public CpuTime since(Reading start) {
        Reading now = read();
        double serverSeconds = now.server - start.server;
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
