package io.weir.bench;

import io.weir.bench.command.BenchCommand;
import io.weir.bench.command.BenchContext;
import io.weir.bench.command.Installation;
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
        boolean terminal = Boolean.getBoolean("weir.bench.terminal");
        BenchContext context = new BenchContext(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                terminal,
                Installation.fromProperties(),
                Time.SYSTEM);
        // Threads of a client that could not be stopped must not keep the process alive.
        System.exit(BenchCommand.run(context, arguments));
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
