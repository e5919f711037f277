package io.weir.kafka.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.Service;
import io.weir.kafka.frame.FrameBuffers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for Kafka clients and for other nodes, and hands the requests of each listener to its {@link Service}. {@link #bind}
 * and {@link #close} are for the thread that starts and stops the process; each is called once.
 */
public final class WireServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WireServer.class);

    /**
     * The system takes no more of a connection than this beyond what the peer's window lets it send. An event loop hands
     * an answer of megabytes over in turns, then, and other connections and threads have theirs in between.
     */
    private static final long UNSENT_BYTES = 512 * 1024;

    private final WireConfig config;
    private final Network network;
    private final boolean ownsNetwork;
    private final Map<String, Wiring> wirings = new HashMap<>();
    private final IdentityHashMap<EventLoop, NetworkThread> threads = new IdentityHashMap<>();
    private final List<Channel> listening = new ArrayList<>();
    private boolean closed;

    /**
     * With event loops of its own and one service for all listeners.
     *
     * @param service answers everything but ApiVersions; its {@code apis()} are read once, here
     * @param features asked at each ApiVersions, on an event loop
     * @param authenticators who the clients are
     * @param allocator of all buffers, frames among them
     */
    public WireServer(
            WireConfig config,
            Service service,
            Supplier<FeatureLevels> features,
            Authenticator.Factory authenticators,
            PooledByteBufAllocator allocator,
            Time time,
            PrometheusRegistry registry) {
        this(
                config,
                sameForAll(config, service),
                features,
                authenticators,
                new Network(config.networkThreads(), config.nativeTransport(), allocator),
                true,
                time,
                registry);
    }

    /**
     * With a service for each listener, on event loops that others use, too, and that its maker closes after this.
     *
     * @param services by the listener's name; what each listener says it serves are the {@code apis()} of its own
     * @throws IllegalArgumentException when a listener has no service
     */
    public WireServer(
            WireConfig config,
            Map<String, ? extends Service> services,
            Supplier<FeatureLevels> features,
            Authenticator.Factory authenticators,
            Network network,
            Time time,
            PrometheusRegistry registry) {
        this(config, services, features, authenticators, network, false, time, registry);
    }

    private WireServer(
            WireConfig config,
            Map<String, ? extends Service> services,
            Supplier<FeatureLevels> features,
            Authenticator.Factory authenticators,
            Network network,
            boolean ownsNetwork,
            Time time,
            PrometheusRegistry registry) {
        this.config = config;
        this.network = network;
        this.ownsNetwork = ownsNetwork;
        Map<WireConfig.Callers, Bounds> bounds = new EnumMap<>(WireConfig.Callers.class);
        Map<WireConfig.Callers, WireMetrics> metrics = new EnumMap<>(WireConfig.Callers.class);
        for (WireConfig.Listener listener : config.listeners()) {
            Service service = services.get(listener.name());
            if (service == null) {
                throw new IllegalArgumentException("no service for the listener " + listener.name());
            }
            Bounds shared = bounds.computeIfAbsent(listener.callers(), callers -> Bounds.of(config));
            wirings.put(
                    listener.name(),
                    new Wiring(
                            config,
                            listener,
                            time,
                            network.allocator(),
                            shared,
                            metrics.computeIfAbsent(
                                    listener.callers(),
                                    callers -> new WireMetrics(registry, network.allocator(), callers, shared)),
                            new Dispatcher(service, features, listener.callers(), time),
                            authenticators));
        }
        for (EventLoop loop : network.loops()) {
            threads.put(loop, new NetworkThread(loop, network.allocator(), time, config.connections()));
        }
    }

    private static Map<String, Service> sameForAll(WireConfig config, Service service) {
        Map<String, Service> services = new HashMap<>();
        config.listeners().forEach(listener -> services.put(listener.name(), service));
        return services;
    }

    /**
     * Starts to listen.
     *
     * @return the address of each listener by its name, with the port that the system chose where it was 0
     * @throws WeirException INVALID when an address cannot be had; nothing is listening then
     */
    public Map<String, InetSocketAddress> bind() {
        Map<String, InetSocketAddress> bound = new LinkedHashMap<>();
        for (WireConfig.Listener listener : config.listeners()) {
            InetSocketAddress address = listener.host().isEmpty()
                    ? new InetSocketAddress(listener.port())
                    : new InetSocketAddress(listener.host(), listener.port());
            ChannelFuture binding = bootstrap(listener).bind(address).awaitUninterruptibly();
            if (!binding.isSuccess()) {
                close();
                throw cannotListen(listener, binding.cause());
            }
            listening.add(binding.channel());
            bound.put(listener.name(), (InetSocketAddress) binding.channel().localAddress());
        }
        LOG.info("Listening for Kafka clients; addresses={} transport={}", bound, network.transport());
        return bound;
    }

    private static WeirException cannotListen(WireConfig.Listener listener, @Nullable Throwable cause) {
        String why = cause == null ? "unknown" : cause.getMessage();
        return new WeirException(
                FaultKind.INVALID,
                "listeners: cannot listen on " + listener + ": " + why
                        + "; stop what has the address or choose another in `listeners`",
                cause);
    }

    private ServerBootstrap bootstrap(WireConfig.Listener listener) {
        WireConfig.SocketOptions sockets = config.sockets();
        int high = config.answers().writeHighWatermarkBytes();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(network.group())
                .channel(network.listeningType())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, sockets.backlog())
                .childOption(ChannelOption.ALLOCATOR, network.allocator())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(high / 2, high))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open(channel, listener);
                    }
                });
        if (sockets.receiveBufferBytes() > 0) {
            // On the listening socket, for the window is settled as a connection is accepted.
            bootstrap.option(ChannelOption.SO_RCVBUF, sockets.receiveBufferBytes());
        }
        if (sockets.sendBufferBytes() > 0) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, sockets.sendBufferBytes());
        }
        if (network.unsentBound()) {
            bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
        }
        return bootstrap;
    }

    private void open(Channel channel, WireConfig.Listener listener) {
        NetworkThread thread = threads.get(channel.eventLoop());
        Wiring wiring = wirings.get(listener.name());
        if (thread == null || wiring == null) {
            throw new IllegalStateException("a connection on an unknown event loop or listener");
        }
        Connection connection = new Connection(wiring, thread, channel);
        channel.config().setRecvByteBufAllocator(new FrameBuffers(connection.reader()));
        channel.pipeline().addLast(connection);
    }

    /**
     * Stops listening, lets requests that are under way finish within the bound of the configuration, closes all
     * connections and waits until that is done, and until the threads have ended if they are its own. Later calls do nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        listening.forEach(channel -> channel.close().awaitUninterruptibly());
        CompletableFuture<?>[] finished =
                threads.values().stream().map(NetworkThread::shutdown).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> all = CompletableFuture.allOf(finished);
        if (!await(all, config.closeTimeout().toMillis())) {
            LOG.info(
                    "Requests were still under way at the close; waitedMs={}",
                    config.closeTimeout().toMillis());
            threads.values().forEach(NetworkThread::closeAll);
            await(all, 1000);
        }
        if (ownsNetwork) {
            network.close();
        }
        LOG.info("Stopped listening for Kafka clients");
    }

    private static boolean await(CompletableFuture<Void> all, long timeoutMs) {
        try {
            all.get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
