package io.weir.bench.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Apache Kafka as nodes that are broker and controller, with its defaults and the options of the JVM that its own start
 * script gives it. Of several, each partition has a replica on three, of which two must have a record.
 *
 * @param nodes one or more
 * @param java of a JDK
 * @param libraries directory of its jars
 * @param settings {@code key=value}, beyond those that place it
 */
public record KafkaTarget(String name, int nodes, Path java, Path libraries, List<String> settings) implements Target {
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xmx1G",
            "-Xms1G",
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true");

    private static final String LOGGING = """
            rootLogger.level=INFO
            rootLogger.appenderRef.console.ref=console
            appender.console.type=Console
            appender.console.name=console
            appender.console.layout.type=PatternLayout
            appender.console.layout.pattern=[%d] %p %m (%c)%n
            """;

    @Override
    public boolean startable() {
        return true;
    }

    @Override
    public void format(Path directory) throws IOException, InterruptedException {
        // The ports are part of what is formatted (the voters' addresses), so they stay with the directory.
        List<Integer> controllerPorts = new ArrayList<>();
        List<String> voters = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            int port = FreePorts.next();
            controllerPorts.add(port);
            voters.add(id + "@127.0.0.1:" + port);
        }
        for (int id = 1; id <= nodes; id++) {
            format(home(directory, id), id, controllerPorts.get(id - 1), String.join(",", voters));
        }
    }

    private Path home(Path directory, int id) {
        return nodes == 1 ? directory : directory.resolve("kafka-" + id);
    }

    private void format(Path directory, int id, int controllerPort, String voters)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("log4j2.properties"), LOGGING);
        StringBuilder properties = new StringBuilder(properties(id, FreePorts.next(), controllerPort, directory));
        properties.append(nodes == 1 ? alone(controllerPort) : together(voters));
        settings.forEach(setting -> properties.append(setting).append('\n'));
        Files.writeString(directory.resolve("server.properties"), properties);
        List<String> command = new ArrayList<>(List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(main(directory, "kafka.tools.StorageTool"));
        command.addAll(List.of("format", "--cluster-id", "MkU3OEVBNTcwNTJENDM2Qk"));
        if (nodes == 1) {
            command.add("--standalone");
        }
        command.addAll(
                List.of("--config", directory.resolve("server.properties").toString()));
        ServerProcess.run(command, directory.resolve("format.log"));
    }

    private static String properties(int id, int port, int controllerPort, Path directory) {
        return String.format(Locale.ROOT, """
            process.roles=broker,controller
            node.id=%4$d
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            log.dirs=%3$s
            """, port, controllerPort, directory.resolve("data"), id);
    }

    /** The factors are what Kafka's own server.properties sets for one node. */
    private static String alone(int controllerPort) {
        return String.format(Locale.ROOT, """
            controller.quorum.bootstrap.servers=127.0.0.1:%d
            offsets.topic.replication.factor=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            """, controllerPort);
    }

    private String together(String voters) {
        int replicas = Math.min(3, nodes);
        return String.format(Locale.ROOT, """
            controller.quorum.voters=%1$s
            default.replication.factor=%2$d
            offsets.topic.replication.factor=%2$d
            min.insync.replicas=%3$d
            """, voters, replicas, Math.min(2, replicas));
    }

    @Override
    public Server launch(Path directory) throws IOException {
        List<ServerProcess> started = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            started.add(launchNode(home(directory, id)));
        }
        return started.size() == 1 ? started.getFirst() : new ServerGroup(started);
    }

    private ServerProcess launchNode(Path directory) throws IOException {
        Path properties = directory.resolve("server.properties");
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(main(directory, "kafka.Kafka"));
        command.add(properties.toString());
        return ServerProcess.start(command, Map.of(), directory.resolve("server.log"), address(properties));
    }

    private List<String> main(Path directory, String mainClass) {
        return List.of(
                "-Dlog4j2.configurationFile=" + directory.resolve("log4j2.properties"),
                "-cp",
                libraries + "/*",
                mainClass);
    }

    private static String address(Path properties) throws IOException {
        try (var lines = Files.lines(properties)) {
            return lines.filter(line -> line.startsWith("listeners="))
                    .map(line -> line.substring(line.indexOf("//") + 2, line.indexOf(',')))
                    .findFirst()
                    .orElseThrow(() -> new IOException(properties + " has no listeners"));
        }
    }
}
