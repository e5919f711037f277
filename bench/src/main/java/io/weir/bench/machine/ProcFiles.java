package io.weir.bench.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads Linux' {@code /proc}. Where there is none, everything is empty. Any thread. */
public final class ProcFiles {
    /** USER_HZ: what the kernel counts processor time in towards user space, the same on every Linux in use. */
    private static final double TICKS_PER_SECOND = 100;

    private final Path root;

    /** @param root usually {@code /proc} */
    public ProcFiles(Path root) {
        this.root = root;
    }

    /**
     * The machine's processor time since boot.
     *
     * @param busySeconds in processes, of all processors, without interrupts
     * @param stolenSeconds taken by the hypervisor for others
     */
    public record Machine(double busySeconds, double stolenSeconds) {}

    /** Processor time that a process has used so far, its ended children left out. */
    public OptionalDouble processSeconds(long pid) {
        return read(pid + "/stat").map(ProcFiles::processTicks).orElse(OptionalDouble.empty());
    }

    /** Processor time of the whole machine. */
    public Optional<Machine> machine() {
        return read("stat").flatMap(ProcFiles::machineTimes);
    }

    /** Memory in RAM that belongs to the process now, in bytes. */
    public OptionalDouble residentBytes(long pid) {
        return statusBytes(pid, "VmRSS:");
    }

    /** The most that it ever was, in bytes. */
    public OptionalDouble peakResidentBytes(long pid) {
        return statusBytes(pid, "VmHWM:");
    }

    /** Load average of the last minute. */
    public OptionalDouble loadAverage() {
        return read("loadavg")
                .map(text -> OptionalDouble.of(Double.parseDouble(text.split(" ")[0])))
                .orElse(OptionalDouble.empty());
    }

    /** The processor's name, or what Java knows of it. */
    public String processorName() {
        return read("cpuinfo")
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst())
                .orElse(System.getProperty("os.arch", "unknown"));
    }

    /** The machine's memory in bytes. */
    public OptionalDouble memoryBytes() {
        return read("meminfo").map(text -> kibibytes(text, "MemTotal:")).orElse(OptionalDouble.empty());
    }

    private OptionalDouble statusBytes(long pid, String key) {
        return read(pid + "/status").map(text -> kibibytes(text, key)).orElse(OptionalDouble.empty());
    }

    private static OptionalDouble kibibytes(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip().split(" ")[0])
                .mapToDouble(number -> Long.parseLong(number) * 1024.0)
                .findFirst();
    }

    private static OptionalDouble processTicks(String stat) {
        // The name, in parentheses, may hold anything, blanks and parentheses too.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        int userTime = 11;
        int systemTime = 12;
        return OptionalDouble.of(
                (Long.parseLong(fields[userTime]) + Long.parseLong(fields[systemTime])) / TICKS_PER_SECOND);
    }

    private static Optional<Machine> machineTimes(String stat) {
        List<Long> ticks = stat.lines()
                .filter(line -> line.startsWith("cpu "))
                .flatMap(line -> List.of(line.substring(4).strip().split(" +")).stream())
                .map(Long::parseLong)
                .toList();
        if (ticks.size() < 8) {
            return Optional.empty();
        }
        long busy = ticks.get(0) + ticks.get(1) + ticks.get(2); // user, nice, system
        return Optional.of(new Machine(busy / TICKS_PER_SECOND, ticks.get(7) / TICKS_PER_SECOND));
    }

    private Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty(); // No Linux, or the process has gone.
        }
    }
}
