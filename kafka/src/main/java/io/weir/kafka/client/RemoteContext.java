package io.weir.kafka.client;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.weir.kafka.frame.RequestBudget;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.wire.LogLimiter;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.utils.Time;

/**
 * What all connections to other nodes share. Each part says its own threads.
 *
 * @param answers room for answers
 * @param random read on any event loop
 * @param failures limits lines about connections that fail
 */
record RemoteContext(
        RemoteConfig config,
        Optional<ClusterSecret> secret,
        PooledByteBufAllocator allocator,
        Class<? extends SocketChannel> socketType,
        RequestBudget answers,
        RequestEncoder encoder,
        Time time,
        RandomGenerator random,
        ClientMetrics metrics,
        LogLimiter failures) {}
