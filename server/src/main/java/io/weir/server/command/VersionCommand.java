package io.weir.server.command;

import io.weir.server.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    @Mixin
    final HelpOption help = new HelpOption();

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    private final CommandContext context;

    VersionCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Version version = Version.current();
        String java = Runtime.version().toString();
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("weir", version.weir());
            document.put("kafkaLibraries", version.kafka());
            document.put("java", java);
            new Output(context.out()).json(document);
        } else {
            context.out()
                    .println(
                            "Weir " + version.weir() + " (Kafka libraries " + version.kafka() + ", Java " + java + ")");
        }
        return 0;
    }
}
