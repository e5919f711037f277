package io.weir.kafka.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.List;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what services gave into bytes on one connection, failures included. On the connection's event loop. */
final class AnswerOutput {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerOutput.class);

    private final Wiring wiring;
    private final Connection connection;
    private final Channel channel;
    private long writtenBytes;

    AnswerOutput(Wiring wiring, Connection connection, Channel channel) {
        this.wiring = wiring;
        this.connection = connection;
        this.channel = channel;
    }

    /** Bytes written so far, sent or not. */
    long writtenBytes() {
        return writtenBytes;
    }

    /** Writes the answer, if one is due; it leaves with the next flush. Tells whether there is something to flush. */
    boolean write(Exchange exchange) {
        if (exchange.silent()) {
            finishSilently(exchange);
            return false;
        }
        Throwable failure = exchange.failure();
        if (failure == null && exchange.message() == null) {
            failure = new UnknownServerException("the service gave no answer to a request that waits for one");
        }
        List<ByteBuf> pieces = failure == null ? encode(exchange) : encodeFailure(exchange, failure);
        if (pieces.isEmpty()) {
            exchange.unsent(0);
            connection.unanswerable();
            return false;
        }
        int last = pieces.size() - 1;
        long bytes = 0;
        for (ByteBuf piece : pieces) {
            bytes += piece.readableBytes();
        }
        wiring.metrics().api(exchange.api()).responseBytes().inc(bytes);
        writtenBytes += bytes;
        exchange.unsent(bytes);
        if (last == 0) {
            // Records that are in it were copied.
            exchange.dropAnswer();
        }
        for (int i = 0; i < last; i++) {
            var _ = channel.write(pieces.get(i), channel.voidPromise());
        }
        channel.write(pieces.get(last)).addListener(exchange);
        return true;
    }

    /** The client of acks=0 waits for nothing; the only way to tell it of an error is to close. */
    private void finishSilently(Exchange exchange) {
        boolean[] failed = {exchange.failure() != null};
        ApiMessage message = exchange.message();
        if (message != null) {
            countErrors(exchange, message);
            Answers.errors(message, exchange.context().apiVersion(), (error, count) -> failed[0] = true);
        }
        exchange.dropAnswer();
        if (failed[0]) {
            wiring.failedSilently()
                    .log(leftOut -> LOG.info(
                            "Produce with acks=0 failed, connection closed so that the client notices; connection={}"
                                    + " cause={} leftOut={}",
                            connection,
                            LogLimiter.printable(String.valueOf(exchange.failure())),
                            leftOut));
            connection.close(CloseReason.UNANSWERABLE);
        } else {
            connection.written(exchange, true);
        }
    }

    private List<ByteBuf> encode(Exchange exchange) {
        ApiMessage message = exchange.message();
        if (message == null) {
            return List.of();
        }
        try {
            List<ByteBuf> pieces = wiring.encoder().encode(exchange.context(), message);
            countErrors(exchange, message);
            return pieces;
        } catch (RuntimeException | Error e) {
            return encodeFailure(exchange, e);
        }
    }

    private List<ByteBuf> encodeFailure(Exchange exchange, Throwable failure) {
        ApiMessage message = wiring.dispatcher().failureAnswer(exchange, failure);
        if (message == null) {
            exchange.dropAnswer();
            return List.of();
        }
        exchange.replace(message);
        try {
            List<ByteBuf> pieces = wiring.encoder().encode(exchange.context(), message);
            countErrors(exchange, message);
            return pieces;
        } catch (RuntimeException e) {
            LOG.error("The error answer does not fit its version; api={}", exchange.api(), e);
            return List.of();
        }
    }

    /** Counting must not cost the answer: some of Kafka's classes do not take what a client may have asked for. */
    private void countErrors(Exchange exchange, ApiMessage message) {
        try {
            Answers.errors(
                    message,
                    exchange.context().apiVersion(),
                    (error, count) -> wiring.metrics().error(exchange.api(), error, count));
        } catch (RuntimeException e) {
            LOG.debug("Errors not counted; api={} connection={}", exchange.api(), connection, e);
        }
    }
}
