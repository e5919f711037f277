package io.weir.server;

import io.weir.server.command.CommandContext;
import io.weir.server.command.Commands;
import io.weir.server.command.KafkaClients;
import io.weir.server.wiring.Node;
import io.weir.server.wiring.Stores;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Time;

/** The process. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Rehearsal.loadClasses();
        CommandContext context = new CommandContext(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                System.in,
                new KafkaClients(),
                Node::start,
                settings -> Stores.open(settings, Time.SYSTEM),
                Time.SYSTEM);
        int exitCode = Commands.run(context, arguments);
        // Threads of a client or of a node that could not be stopped must not keep the process alive.
        System.exit(exitCode);
    }

    /** Not by System.out, which keeps to itself that nobody reads any more. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(
                new BufferedWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8)));
    }
}
