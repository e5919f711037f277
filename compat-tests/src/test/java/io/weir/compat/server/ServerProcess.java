package io.weir.compat.server;

import io.weir.compat.support.Await;
import io.weir.compat.support.RawConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server process on one port and one data directory, started, stopped (SIGTERM) and killed (SIGKILL) at will. Only
 * ever signals the process that it started itself. Its output is appended to {@code target/servers/NAME.log}.
 */
public final class ServerProcess implements ServerUnderTest {
    private static final Duration START_BOUND = Duration.ofMinutes(2);
    private static final Duration STOP_BOUND = Duration.ofSeconds(30);

    private final Ports ports;
    private final Path data;
    private final Map<String, String> settings;
    private final Path log;
    private int port;
    private int httpPort;
    private volatile @Nullable Process process;

    /**
     * Describes a server without starting it.
     *
     * @param name names its log
     * @param data the data directory, made if it is missing
     * @param settings Kafka's and Weir's settings beyond those that place it
     */
    public ServerProcess(String name, Path data, Map<String, String> settings) {
        this.ports = new Ports();
        this.data = data.toAbsolutePath();
        this.settings = Map.copyOf(settings);
        this.log = Path.of("target", "servers", name + ".log").toAbsolutePath();
        newPorts();
        try {
            Files.createDirectories(this.data);
            Files.createDirectories(log.getParent());
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /** Starts the process and waits until it answers clients; returns this. */
    public ServerProcess start() {
        for (int attempt = 1; !tryStart(); attempt++) {
            if (attempt == 3 || !logTail().contains("ddress already in use")) {
                throw new AssertionError("server did not start; the end of " + log + ":\n" + logTail());
            }
            newPorts();
        }
        return this;
    }

    /** Starts the process and waits until it answers; false if it ended, or did not answer in time (then it is killed). */
    public boolean tryStart() {
        launch();
        boolean answered = Await.holds(START_BOUND, () -> !isAlive() || RawConnection.answersMetadata(bootstrap()));
        if (answered && isAlive()) {
            return true;
        }
        kill();
        return false;
    }

    /** Starts the process and waits for nothing. */
    public void launch() {
        if (isAlive()) {
            throw new IllegalStateException("already running");
        }
        try {
            process = new ProcessBuilder(ServerCommand.line(port, httpPort, data, settings))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM and waits for the end. */
    public void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            if (!ended(running, STOP_BOUND)) {
                kill();
                throw new AssertionError(
                        "no end within " + STOP_BOUND + " of SIGTERM; the end of " + log + ":\n" + logTail());
            }
        }
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            ended(running, STOP_BOUND);
        }
    }

    /** Tells whether the process runs. */
    public boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** Returns the process's exit status; 128 + signal if a signal ended it. */
    public int exitStatus() {
        Process ended = process;
        if (ended == null) {
            throw new IllegalStateException("never started");
        }
        return ended.exitValue();
    }

    /** Returns the data directory. */
    public Path data() {
        return data;
    }

    /** Returns everything that the process has printed since this object was made. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String logTail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }

    /** Returns {@code host:port} of the HTTP listener. */
    public String http() {
        return "127.0.0.1:" + httpPort;
    }

    @Override
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    @Override
    public boolean isWeir() {
        return ServerCommand.isWeir();
    }

    @Override
    public void close() {
        kill();
    }

    private void newPorts() {
        port = ports.free();
        httpPort = ports.free();
    }

    private static boolean ended(Process process, Duration bound) {
        try {
            return process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
