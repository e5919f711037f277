package io.weir.bench.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * The node: a process of {@code bin/weir start} on one data directory and the same ports for all of its lives. Signals
 * nobody but the process that it started. One thread starts and stops; the rest is for any thread.
 */
final class SoakNode implements AutoCloseable {
    private static final Duration START_BOUND = Duration.ofMinutes(2);
    private static final Duration STOP_BOUND = Duration.ofSeconds(30);
    private static final Duration HTTP_BOUND = Duration.ofSeconds(5);
    private static final int SIGTERM_STATUS = 143;

    private final SoakPlan plan;
    private final Time time;
    private final int port;
    private final int httpPort;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(HTTP_BOUND).build();
    private volatile @Nullable Process process;
    private final AtomicInteger life = new AtomicInteger();
    private volatile boolean up;
    private volatile long upSinceNanos;

    SoakNode(SoakPlan plan, Time time) throws IOException {
        this.plan = plan;
        this.time = time;
        this.port = freePort();
        this.httpPort = freePort();
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** Which life this is, from 1. */
    int life() {
        return life.get();
    }

    /** Whether clients are served, as far as one knows. */
    boolean up() {
        return up;
    }

    /** How long it has served clients in this life. */
    Duration age() {
        return Duration.ofNanos(time.nanoseconds() - upSinceNanos);
    }

    long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    /** Whether it ended though nobody told it to. */
    boolean diedByItself() {
        Process running = process;
        return up && running != null && !running.isAlive();
    }

    /** Starts it and waits until it serves clients; false when it does not. */
    boolean start() throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(plan.launcher().toString(), "start"));
        set(line, "weir.data.dir=" + plan.directory().resolve("data"));
        set(line, "listeners=PLAINTEXT://" + bootstrap());
        set(line, "weir.http.listener=127.0.0.1:" + httpPort);
        plan.nodeSettings().forEach(setting -> set(line, setting));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        plan.directory().resolve("server.log").toFile()));
        builder.environment().put("WEIR_JVM_OPTS", "-Xmx" + plan.heapMebibytes() + "m -XX:MaxDirectMemorySize=512m");
        if (!plan.build().isEmpty()) {
            builder.environment().put("WEIR_BUILD", plan.build());
        }
        Process started = builder.start();
        process = started;
        life.incrementAndGet();
        long end = time.milliseconds() + START_BOUND.toMillis();
        while (started.isAlive() && time.milliseconds() < end) {
            if (ready()) {
                upSinceNanos = time.nanoseconds();
                up = true;
                return true;
            }
            time.sleep(100);
        }
        return false;
    }

    /** SIGTERM; false when it does not end as it should. */
    boolean terminate() throws InterruptedException {
        up = false;
        Process running = process;
        if (running == null) {
            return true;
        }
        running.destroy();
        if (!running.waitFor(STOP_BOUND.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            return false;
        }
        return running.exitValue() == 0 || running.exitValue() == SIGTERM_STATUS;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        up = false;
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            running.waitFor();
        }
    }

    /** Every metric, summed over its labels; with the labels where {@code name{label="value"}} is asked for. */
    Map<String, Double> metrics() throws IOException, InterruptedException {
        Map<String, Double> values = new TreeMap<>();
        get("/metrics").lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            if (blank > 0) {
                String name = line.substring(0, blank);
                double value = Double.parseDouble(line.substring(blank + 1));
                values.merge(name, value, Double::sum);
            }
        });
        return values;
    }

    private boolean ready() throws InterruptedException {
        try {
            return get("/health/ready").contains("\"ready\":true");
        } catch (IOException e) {
            return false;
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .timeout(HTTP_BOUND)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Collects the node's garbage, so that what is left is what is needed. */
    void collectGarbage(Path jdk) throws IOException, InterruptedException {
        Process command = new ProcessBuilder(
                        jdk.resolve("bin").resolve("jcmd").toString(), Long.toString(pid()), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!command.waitFor(HTTP_BOUND.toSeconds() * 2, TimeUnit.SECONDS)) {
            command.destroyForcibly();
        }
    }

    /** Descriptors that it has open, segments left out unless they are deleted; none where the system does not say. */
    OptionalLong openFiles() {
        String segments = plan.directory().resolve("data").toAbsolutePath() + "/";
        try (var descriptors = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return OptionalLong.of(descriptors
                    .map(SoakNode::target)
                    .filter(target -> target.endsWith(" (deleted)")
                            || !(target.startsWith(segments + "topics/") || target.startsWith(segments + "packs/")))
                    .count());
        } catch (IOException | java.io.UncheckedIOException e) {
            return OptionalLong.empty();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** The size of all of its files now. */
    long diskBytes() {
        try (var files = Files.walk(plan.directory().resolve("data"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return -1; // files came and went meanwhile
        }
    }

    private static void set(List<String> line, String setting) {
        line.add("--set");
        line.add(setting);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        http.close();
    }
}
