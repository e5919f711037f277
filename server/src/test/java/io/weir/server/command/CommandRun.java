package io.weir.server.command;

import io.weir.server.NodeStarter;
import io.weir.server.StoreOpener;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.MockTime;
import org.apache.kafka.common.utils.Time;

/**
 * One command, run in this process.
 *
 * @param out what it printed
 * @param err what it complained of
 */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(Clients clients, String input, String... arguments) {
        return of(
                clients,
                input,
                settings -> {
                    throw new AssertionError("nothing starts here");
                },
                arguments);
    }

    /** A command that tries a store. */
    static CommandRun of(StoreOpener stores, String... arguments) {
        return of(
                new FakeClients(),
                "",
                settings -> {
                    throw new AssertionError("nothing starts here");
                },
                stores,
                arguments);
    }

    static CommandRun of(Clients clients, String input, NodeStarter starter, String... arguments) {
        return of(
                clients,
                input,
                starter,
                settings -> {
                    throw new AssertionError("nothing is stored here");
                },
                arguments);
    }

    private static CommandRun of(
            Clients clients, String input, NodeStarter starter, StoreOpener stores, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        // Time passes with every look, so that waiting for nothing comes to an end.
        Time time = new MockTime(100, 1_000_000, 0);
        int exitCode = Commands.run(
                new CommandContext(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        clients,
                        starter,
                        stores,
                        time),
                arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
