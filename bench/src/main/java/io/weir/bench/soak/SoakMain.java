package io.weir.bench.soak;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Time;
import picocli.CommandLine;

/** The process of {@code bin/soak}. */
public final class SoakMain {
    private SoakMain() {}

    /** Soaks and ends the process with 0 when all was well. */
    public static void main(String[] arguments) {
        PrintWriter console = new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
        int status = new CommandLine(new SoakCommand(console, Time.SYSTEM)).execute(arguments);
        // Threads of a client that could not be stopped must not keep the process alive.
        System.exit(status);
    }
}
