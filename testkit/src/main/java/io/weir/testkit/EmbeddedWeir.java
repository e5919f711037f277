package io.weir.testkit;

import io.weir.server.settings.SettingsLoader;
import io.weir.server.settings.WeirSettings;
import io.weir.server.wiring.Node;
import io.weir.server.wiring.Stores;
import io.weir.storage.Store;
import io.weir.storage.memory.MemoryStore;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * A whole Weir inside the test's own process, on free ports of the loopback address. Any number at the same time.
 *
 * <p>Addresses and data stay the same from the start until {@link #close}, through {@link #stop}, {@link #kill} and
 * {@link #restart}. Starting and stopping wait for each other; the rest may be called by any thread.
 */
public final class EmbeddedWeir implements AutoCloseable {
    private static final Duration TOPIC_BOUND = Duration.ofSeconds(30);

    private final WeirDirectory directory;
    private final Optional<MemoryStore> memory;
    private final UnaryOperator<Store> wrap;
    private final Map<String, String> settings;
    private final String bootstrapServers;
    private final InetSocketAddress httpAddress;
    private @Nullable Node node;

    private EmbeddedWeir(
            WeirDirectory directory,
            Optional<MemoryStore> memory,
            UnaryOperator<Store> wrap,
            Map<String, String> settings) {
        this.directory = directory;
        this.memory = memory;
        this.wrap = wrap;
        this.settings = new HashMap<>(settings);
        Node first = startNode();
        this.node = first;
        this.bootstrapServers = first.listeners().stream()
                .map(listener -> listener.host() + ":" + listener.port())
                .findFirst()
                .orElseThrow();
        this.httpAddress = first.httpAddress();
        // Clients come back to the addresses that they know.
        this.settings.put(
                "listeners",
                first.listeners().stream()
                        .map(listener -> listener.listener() + "://" + listener.host() + ":" + listener.port())
                        .collect(Collectors.joining(",")));
        this.settings.put("weir.http.listener", httpAddress.getHostString() + ":" + httpAddress.getPort());
    }

    /** One that keeps its records in memory, with the settings that Weir has by default. Blocks until clients are served. */
    public static EmbeddedWeir inMemory() {
        return builder().start();
    }

    /** The same with other settings over it, such as {@code auto.create.topics.enable}. */
    public static EmbeddedWeir start(Map<String, String> settings) {
        return builder().withSettings(settings).start();
    }

    /** To choose where records are kept, which topics there are and how it is set. */
    public static Builder builder() {
        return new Builder();
    }

    /** For {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Where metrics, health and the API are. */
    public InetSocketAddress httpAddress() {
        return httpAddress;
    }

    /** Whether it runs: it does unless it was stopped or killed. */
    public synchronized boolean running() {
        return node != null;
    }

    /**
     * Makes a topic; blocks until clients can use it.
     *
     * @throws IllegalStateException when it cannot be made, for example because it exists
     */
    public void createTopic(String name, int partitions) {
        createTopics(Map.of(name, partitions));
    }

    private void createTopics(Map<String, Integer> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        List<NewTopic> topics = partitions.entrySet().stream()
                .map(topic -> new NewTopic(topic.getKey(), topic.getValue(), (short) 1))
                .toList();
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(topics).all().get(TOPIC_BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot make " + partitions.keySet() + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "Making " + partitions.keySet() + " took longer than " + TOPIC_BOUND.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while making " + partitions.keySet(), e);
        }
    }

    /** Stops as a shutdown does. No effect when it does not run. */
    public synchronized void stop() {
        if (node != null) {
            node.close();
            node = null;
        }
    }

    /**
     * Stops as a crash does: nothing more is written, nobody is told. What was acknowledged is there after
     * {@link #restart}. No effect when it does not run.
     */
    public synchronized void kill() {
        if (node != null) {
            node.kill();
            node = null;
        }
    }

    /** Stops it if it runs, and starts it again with the same data and addresses. Blocks until clients are served. */
    public synchronized void restart() {
        stop();
        node = startNode();
    }

    private Node startNode() {
        WeirSettings checked = SettingsLoader.of(settings);
        return Node.start(
                checked,
                () -> wrap.apply(memory.isPresent() ? new KeptStore(memory.get()) : Stores.open(checked, Time.SYSTEM)));
    }

    /** Stops it and removes its data, unless the test chose the directory. */
    @Override
    public void close() {
        try {
            stop();
        } finally {
            directory.close();
        }
    }

    /** What an embedded Weir is to be like; in memory unless told otherwise. For one thread. */
    public static final class Builder {
        private final Map<String, String> settings = new HashMap<>();
        private final Map<String, Integer> topics = new LinkedHashMap<>();
        private @Nullable Path directory;
        private boolean inMemory = true;
        private UnaryOperator<Store> wrap = store -> store;

        private Builder() {}

        /** Records go to local files, as in production, in a temporary directory that goes with the server. */
        public Builder inTemporaryDirectory() {
            inMemory = false;
            directory = null;
            return this;
        }

        /** Records go to local files in this directory, which stays. */
        public Builder inDirectory(Path path) {
            inMemory = false;
            directory = path;
            return this;
        }

        /** A topic that is there from the start. */
        public Builder withTopic(String name, int partitions) {
            topics.put(name, partitions);
            return this;
        }

        /**
         * Puts another store around the node's, such as {@link io.weir.storage.fault.FaultyStore}, to see how clients
         * live with a disk that is sick. Called at each start; closing the store that it gives must close the other.
         */
        public Builder withStore(UnaryOperator<Store> around) {
            wrap = around;
            return this;
        }

        /** A setting, as in a settings file. */
        public Builder withSetting(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /** Several settings. */
        public Builder withSettings(Map<String, String> values) {
            settings.putAll(values);
            return this;
        }

        /**
         * Starts it; blocks until clients are served.
         *
         * @throws io.weir.common.error.WeirException INVALID for a setting that cannot be met
         */
        public EmbeddedWeir start() {
            WeirDirectory place = directory == null ? WeirDirectory.temporary() : WeirDirectory.kept(directory);
            Map<String, String> all = new HashMap<>(Map.of(
                    "listeners", "PLAINTEXT://127.0.0.1:0",
                    "weir.http.listener", "127.0.0.1:0",
                    "weir.store", inMemory ? "memory" : "local",
                    "weir.data.dir", place.path().toString(),
                    "offsets.topic.num.partitions", "5",
                    // A test has all its consumers: no waiting for more of them to join.
                    "group.initial.rebalance.delay.ms", "0"));
            all.putAll(settings);
            try {
                EmbeddedWeir weir = new EmbeddedWeir(
                        place, inMemory ? Optional.of(new MemoryStore(Time.SYSTEM)) : Optional.empty(), wrap, all);
                try {
                    weir.createTopics(topics);
                } catch (RuntimeException e) {
                    weir.stop();
                    throw e;
                }
                return weir;
            } catch (RuntimeException e) {
                place.close();
                throw e;
            }
        }
    }
}
