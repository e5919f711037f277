package io.weir.server.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.server.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster on this machine is and which processes it has, in {@code cluster.json} of its directory. Blocks on the
 * file.
 *
 * @param clusterId stays when the cluster is started again
 * @param bootstrap {@code bootstrap.servers}
 * @param processes in the order of their start
 */
public record LocalRecord(String clusterId, String bootstrap, List<LocalProcess> processes) {
    private static final String FILE = "cluster.json";

    /** Copies the processes. */
    public LocalRecord {
        processes = List.copyOf(processes);
    }

    /**
     * What was written last.
     *
     * @throws WeirException CORRUPT when it cannot be read
     */
    public static Optional<LocalRecord> read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(Json.read(Files.readString(file))).orElseThrow(() -> damaged(file, null)));
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private static Optional<LocalRecord> of(@Nullable Object document) {
        if (!(document instanceof Map<?, ?> map)
                || !(map.get("clusterId") instanceof String clusterId)
                || !(map.get("bootstrap") instanceof String bootstrap)
                || !(map.get("processes") instanceof List<?> rows)) {
            return Optional.empty();
        }
        List<LocalProcess> processes = new ArrayList<>();
        for (Object row : rows) {
            Optional<LocalProcess> process = LocalProcess.read(row);
            if (process.isEmpty()) {
                return Optional.empty();
            }
            processes.add(process.get());
        }
        return Optional.of(new LocalRecord(clusterId, bootstrap, processes));
    }

    private static WeirException damaged(Path file, @Nullable Throwable cause) {
        return new WeirException(
                FaultKind.CORRUPT,
                file + " cannot be read. If no process of that cluster runs any more, remove " + file.getParent(),
                cause);
    }

    /** Replaces what was there, in one step. */
    void write(Path directory) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("clusterId", clusterId);
        document.put("bootstrap", bootstrap);
        document.put("processes", processes.stream().map(LocalProcess::document).toList());
        Path file = directory.resolve(FILE);
        Path next = directory.resolve(FILE + ".new");
        try {
            Files.createDirectories(directory);
            Files.writeString(next, Json.write(document));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "Cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** With one process more. */
    LocalRecord with(LocalProcess process) {
        List<LocalProcess> all = new ArrayList<>(processes);
        all.add(process);
        return new LocalRecord(clusterId, bootstrap, all);
    }

    /** Those that run now. */
    public List<LocalProcess> alive() {
        return processes.stream().filter(LocalProcess::isAlive).toList();
    }
}
