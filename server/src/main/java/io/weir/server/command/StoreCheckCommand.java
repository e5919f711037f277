package io.weir.server.command;

import io.weir.common.error.WeirException;
import io.weir.server.logging.LoggingSetup;
import io.weir.server.settings.WeirSettings;
import io.weir.storage.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.Uuid;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = "Make, write, fence, read, list and delete files in the store, and say what does not work.",
        footer = {"", "Example: weir store check --set weir.store=hdfs://namenode:8020/weir"})
final class StoreCheckCommand implements Callable<Integer> {
    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    final SettingsOptions words = new SettingsOptions();

    @Option(
            names = "--flushes",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many times to measure a flush of each size (default: ${DEFAULT-VALUE}).")
    private int flushes;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Option(names = "--verbose", description = "Show what the store's library has to say.")
    private boolean verbose;

    private final CommandContext context;

    StoreCheckCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (flushes < 1 || flushes > 100_000) {
            throw new UsageException("--flushes " + flushes + ": between 1 and 100000");
        }
        LoggingSetup.command(verbose);
        WeirSettings settings = CommandSettings.load(words.config(), words.assignments());
        Output output = new Output(context.out());
        if (!json) {
            output.line("Store " + settings.store()
                    + (settings.sharedStore() || settings.inMemory() ? "" : " in " + settings.dataDirectory()));
        }
        List<StoreTrial.Step> steps = new ArrayList<>();
        try (Store store = context.stores().open(settings)) {
            steps.add(StoreTrial.Step.passed("open", "the store can be reached"));
            steps.addAll(new StoreTrial(
                            store, "check/" + Uuid.randomUuid().toString().replace('-', 'x'), flushes, context.time())
                    .run());
        } catch (WeirException e) {
            steps.add(StoreTrial.Step.failed("open", String.valueOf(e.getMessage())));
        }
        boolean passed = steps.stream().allMatch(StoreTrial.Step::passed);
        print(output, settings, steps, passed);
        return passed ? 0 : 1;
    }

    private void print(Output output, WeirSettings settings, List<StoreTrial.Step> steps, boolean passed) {
        if (json) {
            List<Map<String, Object>> rows = new ArrayList<>();
            for (StoreTrial.Step step : steps) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("step", step.name());
                row.put("passed", step.passed());
                row.put("what", step.what());
                row.putAll(step.figures());
                rows.add(row);
            }
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("store", settings.store());
            document.put("passed", passed);
            document.put("steps", rows);
            output.json(document);
            return;
        }
        int width = steps.stream().mapToInt(step -> step.name().length()).max().orElse(0);
        for (StoreTrial.Step step : steps) {
            output.line("  " + (step.passed() ? "ok    " : "FAILED") + "  " + step.name()
                    + " ".repeat(width - step.name().length()) + "  " + step.what());
        }
        output.line(passed ? "The store does what Weir needs." : "The store does not do what Weir needs.");
    }
}
