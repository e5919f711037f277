package io.weir.server.command;

import io.weir.common.error.WeirException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Says in a sentence what went wrong. */
final class Failures {
    private static final int FAILED = 1;
    private static final int WRONGLY_CALLED = 2;

    private Failures() {}

    /**
     * Tells the user.
     *
     * @param command as the user calls it
     * @return the exit code
     */
    static int report(CommandContext context, Exception failure, String command) {
        context.out().flush();
        context.err().println(explain(failure));
        if (failure instanceof UsageException) {
            context.err().println("Try `" + command + " --help`.");
            return WRONGLY_CALLED;
        }
        return FAILED;
    }

    /** One sentence or a few, without a stack trace. */
    static String explain(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return switch (cause) {
            case WeirException weir -> message;
            case UsageException usage -> message;
            case TimeoutException late ->
                "No answer in time: " + message + " Is the node ready (/health/ready on its HTTP listener)? --timeout"
                        + " waits longer.";
            case UnknownTopicOrPartitionException unknown ->
                "There is no such topic or partition (" + message + "). `weir topic list` lists the topics.";
            case TopicExistsException exists -> message + " --if-not-exists lets that pass.";
            case GroupIdNotFoundException unknown ->
                "There is no such group (" + message + "). `weir group list` lists the groups.";
            case GroupNotEmptyException active -> "The group has members (" + message + "). Stop its consumers first.";
            case UnsupportedVersionException unsupported -> "The node cannot do that (" + message + ").";
            case KafkaException kafka ->
                message
                        + (kafka.getCause() == null
                                ? ""
                                : " (" + kafka.getCause().getMessage() + ")");
            default -> cause.getClass().getSimpleName() + ": " + message;
        };
    }
}
