package io.weir.compat.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is started again and again by the same name, and its output, appended to {@code
 * target/servers/NAME.log}. Only ever signals what it started itself; killed with this JVM.
 */
final class LoggedProcess {
    private static final Duration STOP_BOUND = Duration.ofSeconds(30);
    private static final int TAIL_LINES = 60;

    private final Path log;
    private volatile @Nullable Process process;

    LoggedProcess(String name) {
        this.log = Path.of("target", "servers", name + ".log").toAbsolutePath();
        try {
            Files.createDirectories(log.getParent());
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    void launch(List<String> command) {
        if (isAlive()) {
            throw new IllegalStateException("already running");
        }
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM, and waits for the end. */
    void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            if (!ended(STOP_BOUND)) {
                kill();
                throw new AssertionError("no end within " + STOP_BOUND + " of SIGTERM; " + tail());
            }
        }
    }

    /** SIGKILL, and waits for the end. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            ended(STOP_BOUND);
        }
    }

    /** Sends another signal, by its name without SIG. */
    void signal(String name) {
        long pid = pid();
        if (!isAlive()) {
            throw new IllegalStateException("process " + pid + " has ended");
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid + " failed with " + kill.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end; false if it does not come. */
    boolean ended(Duration bound) {
        try {
            return started().waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    long pid() {
        return started().pid();
    }

    int exitStatus() {
        return started().exitValue();
    }

    /** Everything that was printed since this object was made. */
    String log() {
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of the log, to be shown. */
    String tail() {
        List<String> lines = log().lines().toList();
        return "the end of " + log + ":\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private Process started() {
        Process known = process;
        if (known == null) {
            throw new IllegalStateException("never started");
        }
        return known;
    }
}
