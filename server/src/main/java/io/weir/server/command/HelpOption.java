package io.weir.server.command;

import picocli.CommandLine.Option;

/** For commands that do not talk to a cluster. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;
}
