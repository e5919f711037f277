package io.weir.compat.server;

import io.weir.compat.support.Await;
import io.weir.compat.support.Forwarder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One node of a cluster as a process: started, stopped, killed, frozen and thawed at will, each time on the same ports
 * and the same data directory. Its output is appended to {@code target/servers/CLUSTER-ID.log}. One thread at a time.
 */
public final class NodeProcess {
    private static final Duration HTTP_BOUND = Duration.ofSeconds(2);

    private final int id;
    private final Set<String> roles;
    private final NodeAddresses addresses;
    private final Path data;
    private final Map<String, String> settings;
    private final List<Forwarder> lines;
    private final LoggedProcess process;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(HTTP_BOUND).build();

    /** @param lines to the controllers, where they can be cut */
    NodeProcess(
            String name,
            int id,
            Set<String> roles,
            NodeAddresses addresses,
            Path data,
            Map<String, String> settings,
            List<Forwarder> lines) {
        this.id = id;
        this.roles = Set.copyOf(roles);
        this.addresses = addresses;
        this.data = data;
        this.settings = Map.copyOf(settings);
        this.lines = List.copyOf(lines);
        this.process = new LoggedProcess(name + "-" + id);
    }

    /** Starts the process and waits until it says that it is ready; returns this. */
    public NodeProcess start() {
        launch();
        awaitReady();
        return this;
    }

    /** Starts the process and waits for nothing. */
    public void launch() {
        process.launch(ServerCommand.weir(settings, List.of("-Xmx256m", "-XX:MaxDirectMemorySize=512m")));
    }

    /** Waits until the node says that it is ready; fails at once when the process ends instead. */
    public void awaitReady() {
        if (!Await.holds(Await.BOUND, () -> !isAlive() || isReady()) || !isAlive()) {
            throw new AssertionError("node " + id + " " + roles + " is not ready: "
                    + (isAlive() ? readiness() : "it has ended with " + exitStatus()) + "; " + process.tail());
        }
    }

    /** Tells whether the node says that it is ready. */
    public boolean isReady() {
        return get("/health/ready").statusCode() == 200;
    }

    /** What {@code /health/ready} says now. */
    private String readiness() {
        try {
            return get("/health/ready").body();
        } catch (UncheckedIOException e) {
            return e.toString();
        }
    }

    /** What the node's HTTP listener answers. Blocks for two seconds at most. */
    public HttpResponse<String> get(String path) {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://" + http() + path))
                            .timeout(HTTP_BOUND)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGTERM and waits for the end: a planned stop. */
    public void stop() {
        process.stop();
    }

    /** Sends SIGKILL and waits for the end: a crash. */
    public void kill() {
        process.kill();
    }

    /** Sends SIGSTOP: alive, silent, and unaware of it. */
    public void freeze() {
        process.signal("STOP");
    }

    /** Sends SIGCONT. */
    public void thaw() {
        process.signal("CONT");
    }

    /** Cuts the node off from the controllers, and from nobody else; only in a cluster that is severable. */
    public void cut() {
        if (lines.isEmpty()) {
            throw new IllegalStateException("node " + id + " has no lines that can be cut");
        }
        lines.forEach(Forwarder::cut);
    }

    /** Undoes {@link #cut}. */
    public void mend() {
        lines.forEach(Forwarder::mend);
    }

    /** Kills the process if it runs, and is of no more use. */
    void close() {
        kill();
        lines.forEach(Forwarder::close);
    }

    /** Waits until the process has ended by itself; false if it does not within the bound. */
    public boolean ended(Duration bound) {
        return process.ended(bound);
    }

    /** Deletes what the node has on its own disk, as if it came up on another machine. Only while it is down. */
    public void wipe() {
        if (isAlive()) {
            throw new IllegalStateException("node " + id + " is running");
        }
        if (!Files.exists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether the process runs, frozen or not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The process's exit status; 128 + signal if a signal ended it. */
    public int exitStatus() {
        return process.exitStatus();
    }

    /** The process's id. */
    public long pid() {
        return process.pid();
    }

    /** Everything that the node has printed, over all its lives. */
    public String log() {
        return process.log();
    }

    /** The node's number. */
    public int id() {
        return id;
    }

    /** What it does: proxy, broker, coordinator, controller. */
    public Set<String> roles() {
        return roles;
    }

    /** Tells whether the node plays a role. */
    public boolean is(String role) {
        return roles.contains(role);
    }

    /** Its data directory. */
    public Path data() {
        return data;
    }

    /** {@code host:port} of the HTTP listener. */
    public String http() {
        return addresses.http();
    }

    /** {@code host:port} where clients connect; only for a proxy. */
    public String clients() {
        return addresses.clients();
    }

    /** {@code host:port} where other nodes reach its broker and coordinator. */
    public String internal() {
        return addresses.internal();
    }

    /** {@code host:port} where nodes and other controllers reach its controller. */
    public String controller() {
        return addresses.controller();
    }

    @Override
    public String toString() {
        return "node " + id + " " + roles;
    }
}
