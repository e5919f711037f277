package io.weir.server.command;

import io.weir.server.local.LocalCluster;
import io.weir.server.local.NodeCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "stop-local", description = "Stop the cluster that start-local has started; its data stays.")
final class ClusterStopLocalCommand implements Callable<Integer> {
    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    final LocalDirectory directory = new LocalDirectory();

    private final CommandContext context;

    ClusterStopLocalCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Output output = new Output(context.out());
        int stopped =
                new LocalCluster(directory.path, NodeCommand.likeThisProcess(), output::line, context.time()).stop();
        output.line(
                stopped == 0
                        ? "Nothing of a cluster in "
                                + directory.path.toAbsolutePath().normalize() + " was running."
                        : "Stopped " + stopped + (stopped == 1 ? " process." : " processes."));
        return 0;
    }
}
