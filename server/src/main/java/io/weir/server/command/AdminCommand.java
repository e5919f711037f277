package io.weir.server.command;

import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Mixin;

/** A command that asks a cluster something through Kafka's admin client, which is closed at the end. */
abstract class AdminCommand implements Callable<Integer> {
    @Mixin
    final ClientOptions options = new ClientOptions();

    private final CommandContext context;

    AdminCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public final Integer call() {
        try (Admin admin = context.clients().admin(options)) {
            return run(admin, new Output(context.out()));
        }
    }

    CommandContext context() {
        return context;
    }

    /** The command itself; returns the exit code. */
    abstract int run(Admin admin, Output output);
}
