package io.weir.testkit;

import io.weir.server.RunningNode;
import io.weir.server.settings.WeirSettings;
import io.weir.server.wiring.OneNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A whole Weir inside the test's own process, on free ports of the loopback address. Any number at the same time.
 * Started and closed by one thread; used from any.
 */
public final class EmbeddedWeir implements AutoCloseable {
    private final RunningNode node;
    private final Path metadata;

    private EmbeddedWeir(RunningNode node, Path metadata) {
        this.node = node;
        this.metadata = metadata;
    }

    /** Records in memory, metadata in a temporary directory that goes with it. Blocks until clients are served. */
    public static EmbeddedWeir inMemory() {
        return start(Map.of());
    }

    /**
     * The same with other settings over it, such as {@code auto.create.topics.enable}.
     *
     * @throws io.weir.common.error.WeirException INVALID for a setting that cannot be met
     */
    public static EmbeddedWeir start(Map<String, String> settings) {
        Path directory = temporary();
        Map<String, String> all = new HashMap<>(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "weir.http.listener", "127.0.0.1:0",
                "weir.store", "memory",
                "weir.data.dir", directory.toString(),
                "offsets.topic.num.partitions", "5"));
        all.putAll(settings);
        try {
            return new EmbeddedWeir(OneNode.start(WeirSettings.of(all)), directory);
        } catch (RuntimeException e) {
            remove(directory);
            throw e;
        }
    }

    /** For {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return node.listeners().stream()
                .map(listener -> listener.host() + ":" + listener.port())
                .findFirst()
                .orElseThrow();
    }

    /** Where metrics, health and the API are. */
    public InetSocketAddress httpAddress() {
        return node.httpAddress();
    }

    /** Stops it and removes its temporary directory. */
    @Override
    public void close() {
        node.close();
        remove(metadata);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("weir-embedded-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + directory, e);
        }
    }
}
