package io.weir.kafka.wire;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a process and the buffers of its sockets, for servers and for connections to other nodes alike, so
 * that a request that is passed on need not change threads where both ends happen to be on one. Whoever makes it closes it, after
 * all that use it. Any thread.
 */
public final class Network implements AutoCloseable {
    private final boolean epoll;
    private final MultiThreadIoEventLoopGroup group;
    private final PooledByteBufAllocator allocator;

    /**
     * Starts no thread yet: each starts with its first task.
     *
     * @param threads event loops
     * @param nativeTransport epoll where the platform has it; false means Java's NIO
     * @param allocator of all buffers, frames among them
     */
    public Network(int threads, boolean nativeTransport, PooledByteBufAllocator allocator) {
        this.epoll = nativeTransport && Epoll.isAvailable();
        this.allocator = allocator;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("weir-network", false), io);
    }

    /** All event loops. */
    public List<EventLoop> loops() {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : group) {
            loops.add((EventLoop) executor);
        }
        return loops;
    }

    /** Of all buffers. */
    public PooledByteBufAllocator allocator() {
        return allocator;
    }

    /** Of connections to others. */
    public Class<? extends SocketChannel> socketType() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> listeningType() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Whether connections can bound what the system holds of them unsent. */
    boolean unsentBound() {
        return epoll;
    }

    String transport() {
        return epoll ? "epoll" : "nio";
    }

    /** Ends the threads and waits for that for five seconds at most. Later calls do nothing. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
