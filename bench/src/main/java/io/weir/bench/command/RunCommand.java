package io.weir.bench.command;

import io.weir.bench.cases.Case;
import io.weir.bench.cases.Cases;
import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import io.weir.bench.run.Scenario;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs chosen cases with chosen sizes. */
@Command(
        name = "run",
        description = {
            "Runs single cases. `bench list` says which there are and which sizes each heeds.",
            "A size may be a list: --partitions 1,6,100 runs the case once with each, and several lists in all combinations."
        })
final class RunCommand implements Callable<Integer> {
    private final BenchContext context;
    private final Cases cases;
    private final Suite usual;

    @Option(
            names = {"-c", "--case"},
            split = ",",
            paramLabel = "NAME",
            description = "Which cases (of `cluster`, by default: all).")
    private List<String> names = new ArrayList<>();

    @Mixin
    final RunOptions options = new RunOptions();

    @Spec
    @org.jspecify.annotations.Nullable
    CommandSpec spec;

    private RunCommand(BenchContext context, Cases cases, Suite usual) {
        this.context = context;
        this.cases = cases;
        this.usual = usual;
    }

    /** Cases for systems as they start with their defaults; one must say which. */
    static CommandLine commandLine(BenchContext context) {
        return commandLine(new RunCommand(context, Cases.usual(), new Suite(List.of(), 3, Suite.NODES)));
    }

    /** Cases for clusters; all of them unless one says which. */
    static CommandLine clusterCommandLine(BenchContext context) {
        Cases cases = Cases.cluster();
        List<Scenario> all = cases.all().stream()
                .map(one -> new Scenario(one, one.defaults()))
                .toList();
        CommandLine line = commandLine(new RunCommand(context, cases, new Suite(all, 1, Suite.CLUSTERS)));
        line.getCommandSpec()
                .usageMessage()
                .description(
                        "Runs cases on clusters: Weir on an HDFS of real processes, and Kafka with three nodes where the case is not"
                                + " about Weir's nodes.",
                        "`bench list` says which there are and which sizes each heeds; a size may be a list.");
        return line;
    }

    private static CommandLine commandLine(RunCommand command) {
        CommandLine line = new CommandLine(command);
        for (Dimension dimension : Dimension.values()) {
            line.getCommandSpec()
                    .addOption(OptionSpec.builder("--" + dimension.word())
                            .type(List.class)
                            .auxiliaryTypes(String.class)
                            .splitRegex(",")
                            .paramLabel("N")
                            .description(dimension.description())
                            .build());
        }
        return line;
    }

    @Override
    public Integer call() throws Exception {
        List<String> wanted = names.isEmpty()
                ? usual.scenarios().stream().map(one -> one.subject().name()).toList()
                : names;
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("--case says which cases to run; `bench list` has them");
        }
        List<Scenario> scenarios = scenarios(cases, wanted, sizes());
        return new Session(context).run(new Suite(scenarios, usual.rounds(), usual.targets()), options);
    }

    private Map<Dimension, List<String>> sizes() {
        Map<Dimension, List<String>> sizes = new EnumMap<>(Dimension.class);
        if (spec == null) {
            throw new IllegalStateException("not parsed");
        }
        CommandLine.ParseResult parsed = spec.commandLine().getParseResult();
        for (Dimension dimension : Dimension.values()) {
            List<String> values = parsed.matchedOptionValue("--" + dimension.word(), List.of());
            if (!values.isEmpty()) {
                sizes.put(dimension, values);
            }
        }
        return sizes;
    }

    /**
     * Every case with every combination of the sizes that it heeds.
     *
     * @throws IllegalArgumentException for an unknown case and a size that no case heeds
     */
    static List<Scenario> scenarios(Cases cases, List<String> names, Map<Dimension, List<String>> sizes) {
        List<Scenario> scenarios = new ArrayList<>();
        List<Dimension> unheeded = new ArrayList<>(sizes.keySet());
        for (String name : names) {
            Case subject = cases.find(name)
                    .orElseThrow(() -> new IllegalArgumentException("There is no case '" + name + "': "
                            + String.join(
                                    ", ", cases.all().stream().map(Case::name).toList())));
            List<Workload> workloads = List.of(subject.defaults());
            for (Map.Entry<Dimension, List<String>> size : sizes.entrySet()) {
                Dimension dimension = size.getKey();
                if (!subject.defaults().dimensions().contains(dimension)) {
                    continue;
                }
                unheeded.remove(dimension);
                workloads = workloads.stream()
                        .flatMap(workload -> size.getValue().stream().map(value -> workload.with(dimension, value)))
                        .toList();
            }
            workloads.forEach(workload -> scenarios.add(new Scenario(subject, workload)));
        }
        if (!unheeded.isEmpty()) {
            throw new IllegalArgumentException(
                    "--" + unheeded.getFirst().word() + " means nothing to " + String.join(", ", names));
        }
        return scenarios;
    }
}
