package io.weir.server.command;

import java.util.Optional;

/** Where the words of the command line go. */
public final class Commands {
    private Commands() {}

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    public static int run(CommandContext context, String... words) {
        Optional<StartWords> start = StartWords.parse(words);
        return start.isPresent() ? start(context, start.get()) : WeirCommand.run(context, words);
    }

    private static int start(CommandContext context, StartWords words) {
        int exitCode;
        try {
            exitCode = StartNode.run(context, words);
        } catch (InterruptedException | RuntimeException e) {
            exitCode = Failures.report(context, e, "weir start");
        }
        context.out().flush();
        context.err().flush();
        return exitCode;
    }
}
