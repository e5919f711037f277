package io.weir.compat.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the server under test is started.
 *
 * <p>By default it is Weir, from this JVM's class path. The system property {@code weir.test.command} names another
 * program, called as {@code PROGRAM PORT DATA-DIRECTORY SECOND-PORT key=value...}: with one that starts Apache Kafka,
 * the tests prove that they are right about Kafka.
 */
final class ServerCommand {
    private static final String COMMAND = "weir.test.command";
    private static final String MAIN = "io.weir.server.Main";

    private ServerCommand() {}

    static boolean isWeir() {
        return System.getProperty(COMMAND) == null;
    }

    static List<String> line(int port, int httpPort, Path data, Map<String, String> settings) {
        String program = System.getProperty(COMMAND);
        return program == null ? weir(port, httpPort, data, settings) : other(program, port, httpPort, data, settings);
    }

    private static List<String> weir(int port, int httpPort, Path data, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("listeners", "PLAINTEXT://127.0.0.1:" + port);
        all.put("weir.data.dir", data.toString());
        all.put("weir.http.listener", "127.0.0.1:" + httpPort);
        all.putAll(settings);
        return weir(all, List.of("-Xmx1g"));
    }

    /** Weir with exactly these settings. */
    static List<String> weir(Map<String, String> settings, List<String> memory) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(memory);
        line.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                "start"));
        settings.forEach((key, value) -> set(line, key, value));
        return line;
    }

    private static List<String> other(
            String program, int port, int secondPort, Path data, Map<String, String> settings) {
        List<String> line = new ArrayList<>(
                List.of(program, Integer.toString(port), data.toString(), Integer.toString(secondPort)));
        settings.forEach((key, value) -> line.add(key + "=" + value));
        return line;
    }

    private static void set(List<String> line, String key, String value) {
        line.add("--set");
        line.add(key + "=" + value);
    }
}
