package io.weir.kafka.client;

import io.netty.channel.EventLoop;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.kafka.Service;
import io.weir.kafka.frame.ReceiveBuffers;
import io.weir.kafka.frame.RequestBudget;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.wire.LogLimiter;
import io.weir.kafka.wire.Network;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All other nodes, by the addresses of their listeners for nodes. Connections are made when they are first needed. Any
 * thread; {@link #close} not on an event loop.
 */
public final class RemoteServices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteServices.class);
    private static final long CLOSE_SECONDS = 5;

    private final RemoteContext context;
    private final List<EventLoop> loops;
    private final List<ReceiveBuffers> receiving = new ArrayList<>();
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final ConcurrentMap<InetSocketAddress, RemoteService> services = new ConcurrentHashMap<>();

    /**
     * @param secret that all nodes share; without one nothing is proved, which nodes allow on the loopback only
     * @param network whose event loops carry the connections; closed after this
     * @param random for the pauses between attempts; used by all event loops
     */
    public RemoteServices(
            RemoteConfig config,
            Optional<ClusterSecret> secret,
            Network network,
            Time time,
            RandomGenerator random,
            PrometheusRegistry registry) {
        RequestBudget answers = new RequestBudget(config.maxAnswersBytes());
        context = new RemoteContext(
                config,
                secret,
                network.allocator(),
                network.socketType(),
                answers,
                new RequestEncoder(network.allocator()),
                time,
                random,
                new ClientMetrics(registry, answers),
                new LogLimiter(time));
        loops = network.loops();
        loops.forEach(loop -> receiving.add(new ReceiveBuffers(network.allocator())));
    }

    /** The node at this address; the same object for the same address. A host name is resolved at each attempt to connect. */
    public Service to(InetSocketAddress address) {
        return services.computeIfAbsent(
                InetSocketAddress.createUnresolved(address.getHostString(), address.getPort()),
                key -> new RemoteService(context.config().connections(), told -> {
                    int index = Math.floorMod(nextLoop.getAndIncrement(), loops.size());
                    return new PeerConnection(key, context, loops.get(index), receiving.get(index), told);
                }));
    }

    /** Closes the connections to a node that is gone for good; what is under way to it fails. */
    public void forget(InetSocketAddress address) {
        RemoteService gone =
                services.remove(InetSocketAddress.createUnresolved(address.getHostString(), address.getPort()));
        if (gone != null) {
            var _ = gone.close();
        }
    }

    /** Closes all connections; whatever is under way fails. Records of answers that came live on. Later calls fail. */
    @Override
    public void close() {
        CompletableFuture<?>[] closing =
                services.values().stream().map(RemoteService::close).toArray(CompletableFuture<?>[]::new);
        await(CompletableFuture.allOf(closing));
        List<CompletableFuture<Void>> freeing = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            ReceiveBuffers buffers = receiving.get(i);
            try {
                freeing.add(CompletableFuture.runAsync(buffers::free, loops.get(i)));
            } catch (RejectedExecutionException ended) {
                buffers.free();
            }
        }
        await(CompletableFuture.allOf(freeing.toArray(CompletableFuture<?>[]::new)));
    }

    private static void await(CompletableFuture<Void> closing) {
        try {
            closing.get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Connections to other nodes were not closed in order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
