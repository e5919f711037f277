package io.weir.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves routes over HTTP/1.1 until it is closed. {@link #start} and {@link #close} may be called from any thread. */
public final class HttpListener implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(HttpListener.class);
    /** Requests have no bodies here; a client that sends one gets to send this much. */
    private static final int MAX_BODY_BYTES = 1024;

    private final EventLoopGroup group;
    private final ExecutorService workers;
    private final Channel channel;

    private HttpListener(EventLoopGroup group, ExecutorService workers, Channel channel) {
        this.group = group;
        this.workers = workers;
        this.channel = channel;
    }

    /**
     * Binds and serves.
     *
     * @throws WeirException INVALID when the address cannot be bound; the message names it
     */
    public static HttpListener start(HttpConfig config, HttpRoutes routes) {
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("weir-http"), NioIoHandler.newFactory());
        ExecutorService workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("weir-http-", 0).factory());
        AtomicInteger connections = new AtomicInteger();
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        admit(connection, config, routes, workers, connections);
                    }
                })
                // Resolved here: an address out of the settings is not.
                .bind(new InetSocketAddress(
                        config.address().getHostString(), config.address().getPort()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(group);
            workers.close();
            throw new WeirException(
                    FaultKind.INVALID,
                    "cannot listen on " + config.address().getHostString() + ":"
                            + config.address().getPort() + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        HttpListener listener = new HttpListener(group, workers, bound.channel());
        LOGGER.info("event=http_listening address={}", listener.address());
        return listener;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Of a connection that is refused nobody wants to hear.
    private static void admit(
            SocketChannel connection,
            HttpConfig config,
            HttpRoutes routes,
            ExecutorService workers,
            AtomicInteger connections) {
        int open = connections.incrementAndGet();
        ChannelFuture closed = connection.closeFuture().addListener(done -> connections.decrementAndGet());
        if (open > config.maxConnections()) {
            LOGGER.warn("event=http_connection_refused open={} already_closed={}", open, closed.isDone());
            connection.close();
            return;
        }
        HttpDecoderConfig decoder = new HttpDecoderConfig()
                .setMaxInitialLineLength(config.maxHeaderBytes())
                .setMaxHeaderSize(config.maxHeaderBytes());
        connection
                .pipeline()
                .addLast(new ReadTimeoutHandler(config.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
                .addLast(new HttpServerCodec(decoder))
                .addLast(new HttpServerKeepAliveHandler())
                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
                .addLast(new HttpConnection(routes, workers));
    }

    /** The address that is really bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Stops listening, closes the connections and waits for the answers under way, for at most a second or so. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        workers.shutdownNow();
        stop(group);
    }

    private static void stop(EventLoopGroup group) {
        boolean inTime = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        if (!inTime) {
            LOGGER.warn("event=http_stop_slow");
        }
    }
}
