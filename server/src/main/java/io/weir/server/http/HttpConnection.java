package io.weir.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: answers its requests in order, one at a time. State is touched by the connection's event loop only;
 * routes run on virtual threads. While a route runs nothing more is read; what one read had already decoded waits, at
 * most {@link #MAX_WAITING} requests, then the connection is closed.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A write or close that fails ends the connection, which is all there is to do.
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOGGER = LoggerFactory.getLogger(HttpConnection.class);
    private static final int MAX_WAITING = 16;

    private final HttpRoutes routes;
    private final Executor workers;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private boolean busy;

    HttpConnection(HttpRoutes routes, Executor workers) {
        this.routes = routes;
        this.workers = workers;
    }

    private record Waiting(HttpMethod method, HttpQuery query) {}

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        Waiting next;
        if (request.decoderResult().isFailure()) {
            next = new Waiting(HttpMethod.GET, new HttpQuery(HttpRoutes.MALFORMED, Map.of(), ""));
        } else {
            next = new Waiting(request.method(), query(request));
        }
        if (waiting.size() >= MAX_WAITING) {
            context.close();
            return;
        }
        waiting.add(next);
        proceed(context);
    }

    private static HttpQuery query(FullHttpRequest request) {
        String accept = request.headers().get(HttpHeaderNames.ACCEPT);
        try {
            QueryStringDecoder decoder = new QueryStringDecoder(request.uri());
            Map<String, String> parameters = new HashMap<>();
            decoder.parameters().forEach((name, values) -> parameters.put(name, values.getFirst()));
            return new HttpQuery(decoder.path(), parameters, accept == null ? "" : accept);
        } catch (IllegalArgumentException e) {
            return new HttpQuery(HttpRoutes.MALFORMED, Map.of(), "");
        }
    }

    private void proceed(ChannelHandlerContext context) {
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        context.channel().config().setAutoRead(false);
        Waiting next = waiting.remove();
        try {
            workers.execute(() -> {
                HttpAnswer answer = routes.answer(next.method().name(), next.query());
                context.executor().execute(() -> write(context, next, answer));
            });
        } catch (RejectedExecutionException e) {
            context.close(); // The listener is closing.
        }
    }

    private void write(ChannelHandlerContext context, Waiting request, HttpAnswer answer) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-content-type-options", "nosniff");
        if (answer.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        if (request.query().path().equals(HttpRoutes.MALFORMED)) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        busy = false;
        context.writeAndFlush(response);
        if (waiting.isEmpty()) {
            context.channel().config().setAutoRead(true);
        }
        proceed(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException) && !(cause instanceof ReadTimeoutException)) {
            LOGGER.warn(
                    "event=http_connection_failed remote={}", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
