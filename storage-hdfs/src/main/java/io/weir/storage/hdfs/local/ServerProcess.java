package io.weir.storage.hdfs.local;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** One server's process, which comes and goes. Not thread-safe. */
final class ServerProcess {
    private static final Duration STOP_BOUND = Duration.ofSeconds(10);

    private final String name;
    private final List<String> command;
    private final Path log;
    private final Time time;
    private long startedMs;
    private @Nullable Process process;

    /**
     * @param name for messages
     * @param log gets what the server prints
     */
    ServerProcess(String name, List<String> command, Path log, Time time) {
        this.time = time;
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
    }

    /** Words to run a class of Hadoop's with. */
    static List<String> java(int heapMebibytes, Path configuration, Path webapps, Path libraries, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "-XX:+UseSerialGC",
                "-Djava.net.preferIPv4Stack=true",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dhadoop.log.dir=" + configuration.getParent(),
                "-cp",
                configuration + File.pathSeparator + webapps + File.pathSeparator + libraries.resolve("*")));
        command.addAll(List.of(words));
        return command;
    }

    void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        startedMs = time.milliseconds();
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "Cannot start the " + name + ": " + e.getMessage(), e);
        }
    }

    /** The same command for a process that stays when the terminal goes that it was started from. */
    static List<String> detached(List<String> command) {
        List<String> words = new ArrayList<>(command.size() + 1);
        words.add("nohup");
        words.addAll(command);
        return words;
    }

    /** Waits for a while, as long as the process lives. */
    void requireAlive(Duration pause) throws InterruptedException {
        Process started = started();
        if (started.waitFor(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new WeirException(
                    FaultKind.UNAVAILABLE,
                    "The " + name + " has ended with code " + started.exitValue() + ". Its log is " + log);
        }
    }

    /** Runs it to its end. */
    void run(Duration bound) throws InterruptedException {
        start();
        Process started = started();
        if (!started.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS) || started.exitValue() != 0) {
            started.destroyForcibly();
            throw new WeirException(FaultKind.UNAVAILABLE, "The " + name + " failed. Its log is " + log);
        }
    }

    long startedMs() {
        return startedMs;
    }

    long pid() {
        return started().pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGTERM, and SIGKILL when that does not help. */
    void stop() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        started().destroyForcibly().onExit().join();
    }

    /** SIGSTOP: it holds its connections and does not answer. */
    void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("CONT");
    }

    /** SIGHUP, as from a terminal that goes. */
    void hangUp() {
        signal("HUP");
    }

    /** Of one that has ended: 128 and the signal's number, when a signal ended it. */
    int exitValue() {
        return started().exitValue();
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .start();
            if (kill.waitFor() != 0) {
                throw new WeirException(
                        FaultKind.UNAVAILABLE,
                        "Cannot send SIG" + signal + " to the " + name + ": "
                                + new String(
                                        kill.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new WeirException(FaultKind.UNAVAILABLE, "Cannot run kill: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeirException(FaultKind.CLOSED, "Interrupted while sending SIG" + signal, e);
        }
    }

    private Process started() {
        if (process == null) {
            throw new IllegalStateException("The " + name + " was never started");
        }
        return process;
    }
}
