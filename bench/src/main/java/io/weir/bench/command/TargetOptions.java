package io.weir.bench.command;

import io.weir.bench.target.ExternalTarget;
import io.weir.bench.target.KafkaTarget;
import io.weir.bench.target.Target;
import io.weir.bench.target.WeirTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which systems are measured. */
final class TargetOptions {
    @Option(
            names = "--targets",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "weir,kafka",
            description = "Systems to start: weir, kafka (default: both).")
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

    /** @throws IllegalArgumentException for a name that is none */
    List<Target> targets(Installation installation) {
        List<Target> targets = new ArrayList<>();
        for (String wanted : names) {
            targets.add(
                    switch (wanted) {
                        case "weir" ->
                            new WeirTarget(
                                    "weir",
                                    installation.root().resolve("bin/weir"),
                                    installation.weirBuild(),
                                    weirSettings);
                        case "kafka" -> kafka(installation, "kafka", kafkaSettings);
                        default ->
                            throw new IllegalArgumentException("--targets cannot be '" + wanted + "': weir, kafka");
                    });
        }
        if (kafkaFlush) {
            List<String> settings = new ArrayList<>(kafkaSettings);
            settings.add("log.flush.interval.messages=1");
            targets.add(kafka(installation, "kafka-flush", settings));
        }
        if (bootstrap != null) {
            targets.add(new ExternalTarget(name, bootstrap, pid == null ? OptionalLong.empty() : OptionalLong.of(pid)));
        }
        return targets;
    }

    private static Target kafka(Installation installation, String name, List<String> settings) {
        return new KafkaTarget(name, installation.java(), installation.kafkaLibraries(), settings);
    }
}
