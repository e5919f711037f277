package io.weir.server.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import org.slf4j.LoggerFactory;

/**
 * Sets logback up in code: faster than XML at the start of a command, and only in a process that is Weir's own, so
 * that a test which embeds a node keeps its own set-up. A {@code logback.configurationFile} of the user's wins. Called
 * once, first of all, by the main thread.
 */
public final class LoggingSetup {
    private static final String PATTERN = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0} %msg%n";

    private LoggingSetup() {}

    /**
     * A server's log on standard output: Weir's loggers at {@code level}, those of its libraries at WARN.
     *
     * @param level a level's name, such as INFO
     */
    public static void server(boolean json, String level) {
        LoggerContext context = fresh();
        if (context == null) {
            return;
        }
        EncoderBase<ILoggingEvent> encoder = json ? new JsonEncoder() : pattern();
        console(context, encoder, "System.out");
        Level weir = Level.toLevel(level);
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(weir.isGreaterOrEqual(Level.WARN) ? weir : Level.WARN);
        context.getLogger("io.weir").setLevel(weir);
        // Says twice a second that another controller cannot be reached; we say it once.
        context.getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.ERROR);
        // It warns at each start that Hadoop's native library is not there, which Weir does not want.
        context.getLogger("org.apache.hadoop.util.NativeCodeLoader").setLevel(Level.ERROR);
        // It warns of each request that a client gets wrong.
        context.getLogger("org.apache.kafka.controller.FeatureControlManager").setLevel(Level.ERROR);
    }

    /** A command's log: nothing, or when {@code verbose} what its libraries have to say, on standard error. */
    public static void command(boolean verbose) {
        LoggerContext context = fresh();
        if (context == null) {
            return;
        }
        if (verbose) {
            console(context, pattern(), "System.err");
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(verbose ? Level.INFO : Level.OFF);
    }

    private static @org.jspecify.annotations.Nullable LoggerContext fresh() {
        if (System.getProperty("logback.configurationFile") != null
                || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return null;
        }
        context.reset();
        return context;
    }

    private static PatternLayoutEncoder pattern() {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(PATTERN);
        return encoder;
    }

    private static void console(LoggerContext context, EncoderBase<ILoggingEvent> encoder, String target) {
        encoder.setContext(context);
        encoder.start();
        Encoder<ILoggingEvent> started = encoder;
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("console");
        appender.setTarget(target);
        appender.setEncoder(started);
        appender.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }
}
