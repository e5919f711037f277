package io.weir.compat.tools;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs the main method of one of Kafka's console tools in this JVM, with its output caught and its exit turned into a
 * value. Only one at a time: the streams and the exit procedure belong to the whole process.
 */
public final class Tool {
    /** A tool's main method. */
    public interface Main {
        /** As from a command line. */
        void run(String[] arguments) throws Exception;
    }

    /**
     * How a run ended.
     *
     * @param status the exit status
     * @param out standard output
     * @param err standard error
     */
    public record Result(int status, String out, String err) {}

    private final Main main;
    private String input = "";

    /** A tool to be run, as often as wanted. */
    public Tool(Main main) {
        this.main = main;
    }

    /** Gives the tool something to read from standard input. */
    public Tool withInput(String text) {
        input = text;
        return this;
    }

    /** Runs it to its end. */
    public Result run(String... arguments) throws Exception {
        synchronized (Tool.class) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            PrintStream outBefore = System.out;
            PrintStream errBefore = System.err;
            InputStream inBefore = System.in;
            ExitProcedure exit = new ExitProcedure();
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
            Exit.setExitProcedure(exit);
            Exit.setHaltProcedure(exit);
            Exit.setShutdownHookAdder(exit);
            try {
                main.run(arguments);
            } catch (ToolExit e) {
                // Its status is kept in the procedure.
            } finally {
                exit.runHooks();
                Exit.resetExitProcedure();
                Exit.resetHaltProcedure();
                Exit.resetShutdownHookAdder();
                System.setOut(outBefore);
                System.setErr(errBefore);
                System.setIn(inBefore);
            }
            return new Result(
                    exit.status(), out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }
}
