package io.weir.compat.server;

import io.weir.compat.support.Await;
import io.weir.compat.support.RawConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * One server process on one port and one data directory, started, stopped (SIGTERM) and killed (SIGKILL) at will. Only
 * ever signals the process that it started itself. Its output is appended to {@code target/servers/NAME.log}.
 */
public final class ServerProcess implements ServerUnderTest {
    private static final Duration START_BOUND = Duration.ofMinutes(2);

    private final Ports ports;
    private final Path data;
    private final Map<String, String> settings;
    private final LoggedProcess process;
    private int port;
    private int httpPort;

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
        this.process = new LoggedProcess(name);
        newPorts();
        try {
            Files.createDirectories(this.data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the process and waits until it answers clients; returns this. */
    public ServerProcess start() {
        for (int attempt = 1; !tryStart(); attempt++) {
            if (attempt == 3 || !process.tail().contains("ddress already in use")) {
                throw new AssertionError("server did not start; " + process.tail());
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
        process.launch(ServerCommand.line(port, httpPort, data, settings));
    }

    /** Sends SIGTERM and waits for the end. */
    public void stop() {
        process.stop();
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        process.kill();
    }

    /** Tells whether the process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns the process's exit status; 128 + signal if a signal ended it. */
    public int exitStatus() {
        return process.exitStatus();
    }

    /** Returns the data directory. */
    public Path data() {
        return data;
    }

    /** Returns everything that the process has printed since this object was made. */
    public String log() {
        return process.log();
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
}
