package io.weir.kafka.wire;

import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.buffer.LeasedRecords;
import io.weir.kafka.Service;
import io.weir.kafka.client.RemoteConfig;
import io.weir.kafka.client.RemoteServices;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;

/**
 * What the wire itself costs, over the loopback, with a service that answers at once. Not a test: run {@code server PORT}
 * in one process (under {@code strace -c -f} to count system calls) and {@code produce PORT BYTES FRAMES DEPTH} or
 * {@code fetch PORT BYTES FRAMES DEPTH} in another. To see what passing on costs, run {@code owner PORT}, {@code proxy PORT
 * OWNERPORT} and the same client against the proxy.
 */
final class WireBenchmark {
    private WireBenchmark() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        switch (args[0]) {
            case "server" -> serve(listener(port), answering(), args.length > 2 ? Integer.parseInt(args[2]) : -1, 1);
            case "owner" -> serve(WireConfig.Listener.forNodes("PLAINTEXT", "127.0.0.1", port), answering(), -1, 1);
            case "proxy" -> proxy(port, Integer.parseInt(args[2]));
            case "produce" ->
                run(
                        RawClient.frame(Requests.produce(1, Integer.parseInt(args[2])), 1),
                        port,
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4]));
            case "fetch" ->
                run(
                        RawClient.frame(Requests.fetch(Integer.parseInt(args[2])), 1),
                        port,
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static WireConfig.Listener listener(int port) {
        return new WireConfig.Listener("PLAINTEXT", "127.0.0.1", port, SecurityProtocol.PLAINTEXT);
    }

    private static void proxy(int port, int ownerPort) throws Exception {
        int threads = Integer.getInteger("weir.test.threads", 1);
        try (Network network =
                        new Network(threads, !Boolean.getBoolean("weir.test.nio"), new PooledByteBufAllocator(true));
                RemoteServices remotes = new RemoteServices(
                        RemoteConfig.defaults(),
                        Optional.empty(),
                        network,
                        Time.SYSTEM,
                        new Random(1),
                        new PrometheusRegistry())) {
            Service owner = remotes.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), ownerPort));
            StubService service = StubService.of(ApiKeys.PRODUCE, ApiKeys.FETCH).handling(owner::call);
            WireConfig config = config(listener(port), -1, threads);
            try (WireServer server = new WireServer(
                    config,
                    Map.of("PLAINTEXT", service),
                    () -> FeatureLevels.NONE,
                    Authenticator.anonymous(),
                    network,
                    Time.SYSTEM,
                    new PrometheusRegistry())) {
                run(server);
            }
        }
    }

    private static StubService answering() {
        ByteBuffer records = ByteBuffer.allocateDirect(64 * 1024 * 1024);
        return StubService.of(ApiKeys.PRODUCE, ApiKeys.FETCH)
                .answering(call -> call.request() instanceof FetchRequest fetch
                        ? Requests.fetchAnswer(
                                new LeasedRecords(List.of(records.slice(0, fetch.maxBytes())), List.of()))
                        : Requests.produceAnswer((short) 0));
    }

    private static WireConfig config(WireConfig.Listener listener, int socketBufferBytes, int threads) {
        return new WireConfig(
                List.of(listener),
                threads,
                !Boolean.getBoolean("weir.test.nio"),
                new WireConfig.SocketOptions(50, socketBufferBytes, socketBufferBytes),
                WireConfig.ConnectionLimits.defaults(),
                WireConfig.RequestLimits.defaults(),
                WireConfig.AnswerLimits.defaults(),
                Duration.ofSeconds(1));
    }

    private static void serve(WireConfig.Listener listener, StubService service, int socketBufferBytes, int threads)
            throws Exception {
        try (WireServer server = new WireServer(
                config(listener, socketBufferBytes, threads),
                service,
                () -> FeatureLevels.NONE,
                Authenticator.anonymous(),
                new PooledByteBufAllocator(true),
                Time.SYSTEM,
                new PrometheusRegistry())) {
            run(server);
        }
    }

    private static void run(WireServer server) throws Exception {
        System.out.println(server.bind());
        var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        while (System.in.read() >= 0) {
            System.out.println("cpuSeconds=" + os.getProcessCpuTime() / 1e9);
        }
    }

    private static void run(byte[] frame, int port, int frames, int depth) throws Exception {
        for (int round = 0; round < 3; round++) {
            long startNs = System.nanoTime();
            long received = exchange(frame, port, frames, depth);
            double seconds = (System.nanoTime() - startNs) / 1e9;
            System.out.printf(
                    "frames/s=%.0f sentMB/s=%.0f receivedMB/s=%.0f%n",
                    frames / seconds, (double) frame.length * frames / seconds / 1e6, received / seconds / 1e6);
        }
    }

    private static long exchange(byte[] frame, int port, int frames, int depth) throws Exception {
        ByteBuffer request = ByteBuffer.allocateDirect(frame.length).put(frame).flip();
        ByteBuffer answers = ByteBuffer.allocateDirect(1 << 20);
        java.util.concurrent.Semaphore room = new java.util.concurrent.Semaphore(depth);
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < frames; i++) {
                        room.acquire();
                        ByteBuffer sending = request.duplicate();
                        while (sending.hasRemaining()) {
                            channel.write(sending);
                        }
                    }
                } catch (java.io.IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            long total = 0;
            int seen = 0;
            long left = 0;
            int lengthBytes = 0;
            int length = 0;
            while (seen < frames) {
                answers.clear();
                if (channel.read(answers) < 0) {
                    throw new IllegalStateException("closed");
                }
                answers.flip();
                total += answers.remaining();
                while (answers.hasRemaining()) {
                    if (lengthBytes < 4) {
                        length = length << 8 | (answers.get() & 0xff);
                        lengthBytes++;
                        left = length;
                    } else {
                        int skip = (int) Math.min(left, answers.remaining());
                        answers.position(answers.position() + skip);
                        left -= skip;
                        if (left == 0) {
                            lengthBytes = 0;
                            length = 0;
                            seen++;
                            room.release();
                        }
                    }
                }
            }
            sender.join();
            return total;
        }
    }
}
