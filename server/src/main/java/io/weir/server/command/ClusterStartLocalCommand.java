package io.weir.server.command;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.server.local.LocalCluster;
import io.weir.server.local.LocalRecord;
import io.weir.server.local.LocalWish;
import io.weir.server.local.NodeCommand;
import io.weir.server.logging.LoggingSetup;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "start-local",
        description = "Start a cluster of processes on this machine, with an HDFS of its own, and leave it running.",
        footer = {
            "",
            "Each process takes some 300 to 500 MB of memory. `weir cluster stop-local` stops all of them; the data stays,",
            "and another start finds it again."
        })
final class ClusterStartLocalCommand implements Callable<Integer> {
    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    final LocalDirectory directory = new LocalDirectory();

    @Option(
            names = "--brokers",
            paramLabel = "N",
            defaultValue = "3",
            description = "Nodes that own partitions and groups (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(
            names = "--proxies",
            paramLabel = "N",
            defaultValue = "0",
            description = "Nodes of their own for clients; with none, clients talk to the brokers.")
    private int proxies;

    @Option(
            names = "--controllers",
            paramLabel = "N",
            defaultValue = "1",
            description = "1, or 3 to survive the loss of one (default: ${DEFAULT-VALUE}).")
    private int controllers;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "For the first node that clients talk to; the next ones follow (default: 9092, or a free one).")
    private @Nullable Integer port;

    @Option(
            names = "--store",
            paramLabel = "URI",
            defaultValue = "hdfs",
            description = "`hdfs` starts one with three DataNodes; hdfs://namenode:port/path takes one that runs.")
    private String store = "hdfs";

    private final CommandContext context;

    ClusterStartLocalCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (!store.equals("hdfs") && !store.startsWith("hdfs://")) {
            throw new UsageException("--store " + store + ": hdfs, or hdfs://namenode:port/path");
        }
        LocalWish wish = wish();
        LoggingSetup.command(false);
        Output output = new Output(context.out());
        long startMs = context.time().milliseconds();
        LocalCluster cluster =
                new LocalCluster(directory.path, NodeCommand.likeThisProcess(), output::line, context.time());
        LocalRecord running = cluster.start(wish, store.equals("hdfs") ? Optional.empty() : Optional.of(store));
        welcome(output, running, context.time().milliseconds() - startMs);
        return 0;
    }

    private LocalWish wish() {
        try {
            return new LocalWish(
                    brokers, proxies, controllers, port == null ? OptionalInt.empty() : OptionalInt.of(port));
        } catch (WeirException e) {
            if (e.kind() == FaultKind.INVALID) {
                throw new UsageException(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private void welcome(Output output, LocalRecord running, long elapsedMs) {
        String first = running.bootstrap().split(",")[0];
        String option = " -b " + running.bootstrap();
        output.line(String.format(
                Locale.ROOT,
                """

                The cluster is ready after %.1f s: %d processes.

                  Kafka    %s
                  Data     %s

                Try it:
                  bin/weir cluster status%s
                  bin/weir topic create first --partitions 12%s
                  bin/weir produce first --message hello%s
                  bin/weir consume first --from beginning%s
                  kcat -b %s -t first -C -o beginning -e
                  bin/weir cluster stop-local%s
                """,
                elapsedMs / 1e3,
                running.processes().size(),
                running.bootstrap(),
                directory.path.toAbsolutePath().normalize(),
                directory.option(),
                option,
                option,
                option,
                first,
                directory.option()));
    }
}
