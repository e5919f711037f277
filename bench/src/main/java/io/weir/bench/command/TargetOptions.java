package io.weir.bench.command;

import io.weir.bench.target.ExternalTarget;
import io.weir.bench.target.KafkaTarget;
import io.weir.bench.target.Target;
import io.weir.bench.target.WeirClusterTarget;
import io.weir.bench.target.WeirTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which systems are measured. */
final class TargetOptions {
    @Option(
            names = "--targets",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Systems to start: weir, kafka, each one node; weir-hdfs, a cluster of Weir on HDFS; kafka-3, three"
                            + " nodes (default: weir,kafka; of `cluster`: weir-hdfs,kafka-3).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--kafka-flush",
            description = "Also measure Kafka with a flush a message (log.flush.interval.messages=1).")
    private boolean kafkaFlush;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Also measure a system that runs already and speaks Kafka's protocol.")
    private @Nullable String bootstrap;

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "other", description = "How to call it.")
    private String name = "";

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Its process on this machine, for processor time and memory.")
    private @Nullable Long pid;

    @Option(names = "--weir-set", paramLabel = "KEY=VALUE", description = "A setting for Weir. Repeatable.")
    private List<String> weirSettings = new ArrayList<>();

    @Option(names = "--kafka-set", paramLabel = "KEY=VALUE", description = "A setting for Kafka. Repeatable.")
    private List<String> kafkaSettings = new ArrayList<>();

    /**
     * Those that were asked for.
     *
     * @param usual when none was
     * @throws IllegalArgumentException for a name that is none
     */
    List<Target> targets(Installation installation, List<String> usual, Time time) {
        List<Target> targets = new ArrayList<>();
        for (String wanted : names.isEmpty() ? usual : names) {
            targets.add(
                    switch (wanted) {
                        case "weir" ->
                            new WeirTarget(
                                    "weir",
                                    installation.root().resolve("bin/weir"),
                                    installation.weirBuild(),
                                    weirSettings);
                        case "weir-hdfs" ->
                            new WeirClusterTarget(
                                    "weir-hdfs",
                                    installation.root().resolve("bin/weir"),
                                    installation.weirBuild(),
                                    weirSettings,
                                    time);
                        case "kafka" -> kafka(installation, "kafka", 1, kafkaSettings);
                        case "kafka-3" -> kafka(installation, "kafka-3", 3, kafkaSettings);
                        default ->
                            throw new IllegalArgumentException(
                                    "--targets cannot be '" + wanted + "': weir, kafka, weir-hdfs, kafka-3");
                    });
        }
        if (kafkaFlush) {
            List<String> settings = new ArrayList<>(kafkaSettings);
            settings.add("log.flush.interval.messages=1");
            targets.add(kafka(installation, "kafka-flush", 1, settings));
        }
        if (bootstrap != null) {
            targets.add(new ExternalTarget(name, bootstrap, pid == null ? OptionalLong.empty() : OptionalLong.of(pid)));
        }
        return targets;
    }

    private static Target kafka(Installation installation, String name, int nodes, List<String> settings) {
        return new KafkaTarget(name, nodes, installation.java(), installation.kafkaLibraries(), settings);
    }
}
