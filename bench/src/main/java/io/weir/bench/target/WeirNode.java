package io.weir.bench.target;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * One node of a cluster of Weir as a process that comes and goes, each time on the same ports. One thread starts and
 * ends it, and any {@link #kill}s it in the end.
 */
public final class WeirNode {
    private static final Duration READY_BOUND = Duration.ofMinutes(3);
    private static final Duration HTTP_BOUND = Duration.ofSeconds(10);
    private static final int LOOK_AGAIN_MS = 20;

    private final int id;
    private final Map<String, String> settings;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final HttpClient http;
    private final Time time;
    private volatile @Nullable ServerProcess process;
    private boolean over;

    /**
     * @param launcher {@code bin/weir}
     * @param settings of the node, all of them
     * @param environment for the process, besides this process's own
     * @param log what it prints, over all of its lives
     */
    WeirNode(
            Path launcher,
            Map<String, String> settings,
            Map<String, String> environment,
            Path log,
            HttpClient http,
            Time time) {
        this.id = Integer.parseInt(settings.getOrDefault("node.id", "0"));
        this.settings = Map.copyOf(settings);
        this.command = new ArrayList<>(List.of(launcher.toString(), "start"));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        this.environment = environment;
        this.log = log;
        this.http = http;
        this.time = time;
    }

    /** Its number. */
    public int id() {
        return id;
    }

    /** Whether it plays that role. */
    boolean is(String role) {
        return List.of(settings.getOrDefault("roles", "").split(",")).contains(role);
    }

    /** {@code host:port} for clients; empty when it is no proxy. */
    String clients() {
        return settings.getOrDefault("listeners", "").replaceFirst("^[^/]*//", "");
    }

    /** Starts the process and returns at once. */
    public synchronized void start() throws IOException {
        if (over) {
            throw new IOException("the cluster was ended");
        }
        process = ServerProcess.start(command, environment, log, clients());
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws IOException when it ends instead, or is not ready after three minutes
     */
    public void awaitReady() throws IOException, InterruptedException {
        long deadline = time.milliseconds() + READY_BOUND.toMillis();
        while (!isReady()) {
            if (!isAlive()) {
                throw new IOException("node " + id + " has ended before it was ready");
            }
            if (time.milliseconds() > deadline) {
                throw new IOException("node " + id + " is not ready");
            }
            time.sleep(LOOK_AGAIN_MS);
        }
    }

    /** SIGTERM, a planned end; returns when it is gone. */
    public void terminate() {
        ServerProcess running = process;
        if (running != null) {
            running.close();
        }
    }

    /** SIGKILL; returns when it is gone. */
    public void kill() {
        ServerProcess running = process;
        if (running != null) {
            running.kill();
        }
    }

    /** SIGKILL, for good. */
    synchronized void end() {
        over = true;
        kill();
    }

    /** Whether its process runs. */
    public boolean isAlive() {
        return !pids().isEmpty();
    }

    List<Long> pids() {
        ServerProcess running = process;
        return running == null ? List.of() : running.pids();
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** What its metrics say now. */
    public NodeMetrics metrics() throws IOException, InterruptedException {
        return NodeMetrics.parse(get("/metrics").body());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        String address = settings.getOrDefault("weir.http.listener", "");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(HTTP_BOUND)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public String toString() {
        return settings.getOrDefault("roles", "") + " " + id;
    }
}
