package io.weir.server.local;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process of a cluster on this machine, as it was when it was started. A number alone may meanwhile be another's: it is the
 * same process only if it began at the same moment.
 *
 * @param name of the node or server
 * @param pid its number
 * @param startedMs when the system says that it began
 * @param http {@code host:port} of a node's HTTP listener; empty for what is no node
 * @param log what it prints
 */
public record LocalProcess(String name, long pid, long startedMs, String http, String log) {
    /** Of a process that runs now. */
    static LocalProcess of(String name, long pid, String http, String log) {
        long startedMs = ProcessHandle.of(pid)
                .flatMap(LocalProcess::started)
                .map(Instant::toEpochMilli)
                .orElse(-1L);
        return new LocalProcess(name, pid, startedMs, http, log);
    }

    /** The very process, if it still runs. */
    public Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> started(handle).map(Instant::toEpochMilli).orElse(-1L) == startedMs);
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return handle().isPresent();
    }

    private static Optional<Instant> started(ProcessHandle handle) {
        return handle.info().startInstant();
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("pid", pid);
        document.put("startedMs", startedMs);
        document.put("http", http);
        document.put("log", log);
        return document;
    }

    /** Empty when it is no such document. */
    static Optional<LocalProcess> read(@Nullable Object document) {
        return document instanceof Map<?, ?> map
                        && map.get("name") instanceof String name
                        && map.get("pid") instanceof Long pid
                        && map.get("startedMs") instanceof Long startedMs
                        && map.get("http") instanceof String http
                        && map.get("log") instanceof String log
                ? Optional.of(new LocalProcess(name, pid, startedMs, http, log))
                : Optional.empty();
    }
}
