package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.weir.kafka.frame.FrameReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.Test;

/** Clients that mean harm, each beside one that does not and must not notice. */
class HostileClientsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Requests.Owner owner = new Requests.Owner();
    private final StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.PRODUCE, ApiKeys.FETCH);

    private static WireConfig.ConnectionLimits paced(int minBytesPerSecond) {
        return new WireConfig.ConnectionLimits(100_000, 100_000, LONG, LONG, minBytesPerSecond);
    }

    private static double closed(WireFixture wire, CloseReason reason) {
        return wire.counter("weir_kafka_connections_closed", "listener", "PLAINTEXT", "reason", reason.label());
    }

    private static void closeAll(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    @Test
    void framesThatAreBegunAndNotFinishedDoNotKeepOthersOut() throws Exception {
        service.answering(call -> Requests.produceAnswer((short) 0));
        int limit = 4 << 20;
        WireConfig config = WireFixture.config()
                .withConnections(paced(64 * 1024))
                .withRequests(WireFixture.requests(100_000_000, 64, limit));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient honest = wire.client()) {
            honest.call(Requests.produce(1, 2_000_000));
            List<RawClient> slow = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                RawClient client = wire.client();
                slow.add(client);
                int length = i % 3 == 0 ? 90_000_000 : 900_000;
                client.sendBytes(
                        Arrays.copyOf(ByteBuffer.allocate(4).putInt(length).array(), 150_000));
            }
            WireFixture.await(
                    "the room is taken", () -> wire.gauge("weir_kafka_request_bytes_in_flight") > limit / 2.0);

            for (int i = 0; i < 20; i++) {
                ProduceResponse answer =
                        (ProduceResponse) honest.call(Requests.produce(1, i % 10 == 9 ? 2_000_000 : 800_000));
                assertThat(answer.errorCounts()).hasSize(1);
                // Memory is what has arrived, at most eightfold, whatever was announced.
                assertThat(wire.allocator.pinnedDirectMemory()).isLessThan(limit + 5_000_000);
            }
            assertThat(closed(wire, CloseReason.SLOW_FRAME)).isPositive();
            closeAll(slow);
        }
    }

    @Test
    void slowFramesAreLeftAloneWhileThereIsRoom() throws Exception {
        service.answering(call -> Requests.produceAnswer((short) 0));
        WireConfig config = WireFixture.config().withConnections(paced(Integer.MAX_VALUE));
        byte[] frame = RawClient.frame(Requests.produce(1, 100_000), 5);
        try (WireFixture wire = new WireFixture(config, service);
                RawClient slow = wire.client();
                RawClient other = wire.client()) {
            slow.sendBytes(frame, 0, 60_000);
            // Three sweeps of both threads at least.
            long start = System.nanoTime();
            while (System.nanoTime() - start < 3_500_000_000L) {
                other.call(Requests.produce(1, 50_000));
            }
            slow.sendBytes(frame, 60_000, frame.length - 60_000);
            assertThat(slow.receiveCorrelationId()).isEqualTo(5);
        }
    }

    @Test
    void aFrameThatNeverEndsIsNotExcusedByAnswersThatAreTakenSlowly() throws Exception {
        service.answering(call -> Requests.fetchAnswer(Requests.leased(owner, 8_000_000)));
        WireConfig some = WireFixture.config();
        WireConfig config = new WireConfig(
                some.listeners(),
                some.networkThreads(),
                some.nativeTransport(),
                new WireConfig.SocketOptions(1024, 64 * 1024, -1),
                new WireConfig.ConnectionLimits(10, 10, LONG, Duration.ofMillis(500), 0),
                some.requests(),
                new WireConfig.AnswerLimits(64 << 20, 16 << 20, 1 << 28),
                some.closeTimeout());
        try (WireFixture wire = new WireFixture(config, service);
                RawClient slow = new RawClient(wire.address, 8192)) {
            slow.send(Requests.fetch(8_000_000), 1);
            slow.sendBytes(ByteBuffer.allocate(4).putInt(16_000).array());
            WireFixture.await("closed, though bytes come and go all the time", () -> {
                try {
                    slow.sendBytes(new byte[1]);
                    slow.take(1_000);
                } catch (IOException e) {
                    // It is closed, as it should be, or the counter will say why.
                }
                return closed(wire, CloseReason.SLOW_FRAME) == 1;
            });
            WireFixture.await("leases are back", owner::allBack);
        }
    }

    @Test
    void whoDoesNotTakeAnswersIsClosedWhenThereAreTooMany() throws Exception {
        service.answering(call -> call.api() == ApiKeys.METADATA
                ? Requests.metadataAnswer(1)
                : Requests.fetchAnswer(Requests.leased(owner, 8_000_000)));
        WireConfig config = WireFixture.config()
                .withConnections(paced(64 * 1024))
                .withAnswers(new WireConfig.AnswerLimits(64 << 20, 1 << 20, 40_000_000));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient honest = wire.client()) {
            List<RawClient> few = deaf(wire, 2);
            WireFixture.await("answers", () -> wire.gauge("weir_kafka_answer_bytes_unsent") > 8_000_000);
            assertThat(wire.gauge("weir_kafka_answer_bytes_unsent")).isLessThan(40_000_000);
            List<RawClient> many = deaf(wire, 10);
            WireFixture.await("too many are closed", () -> closed(wire, CloseReason.STALLED) > 0);
            WireFixture.await("below the bound", () -> wire.gauge("weir_kafka_answer_bytes_unsent") <= 40_000_000);
            for (int i = 0; i < 20; i++) {
                assertThat(honest.call(Requests.metadata()).errorCounts()).isEmpty();
                assertThat(honest.call(Requests.fetch(8_000_000)).errorCounts()).isNotEmpty();
            }
            closeAll(few);
            closeAll(many);
            WireFixture.await("leases are back", owner::allBack);
        }
    }

    private static List<RawClient> deaf(WireFixture wire, int count) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawClient client = new RawClient(wire.address, 8192);
            clients.add(client);
            client.send(Requests.fetch(8_000_000), 1);
        }
        return clients;
    }

    @Test
    void answersBehindOneThatWaitsAreCountedAndTheirConnectionClosed() throws Exception {
        WireConfig config = WireFixture.config()
                .withConnections(paced(64 * 1024))
                .withAnswers(new WireConfig.AnswerLimits(64 << 20, 1 << 20, 10_000_000));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient hoarder = wire.client()) {
            for (int i = 0; i < 8; i++) {
                hoarder.send(Requests.fetch(2_000_000), i);
            }
            StubService.Pending first = service.next();
            for (int i = 1; i < 8; i++) {
                service.next().future().complete(Requests.fetchAnswer(Requests.leased(owner, 2_000_000)));
            }
            assertThat(hoarder.closedWithin(Duration.ofSeconds(10))).isTrue();
            assertThat(closed(wire, CloseReason.STALLED)).isEqualTo(1);
            WireFixture.await("leases are back", owner::allBack);
            WireFixture.await("told", () -> first.future().isCancelled());
        }
    }

    private static MetadataRequest wide(int topics) {
        List<MetadataRequestData.MetadataRequestTopic> named = new ArrayList<>();
        for (int i = 0; i < topics; i++) {
            named.add(new MetadataRequestData.MetadataRequestTopic().setName("t" + i));
        }
        return new MetadataRequest(new MetadataRequestData().setTopics(named), ApiKeys.METADATA.latestVersion());
    }

    @Test
    void requestsOfManyValuesWaitForRoomAndSmallOnesDoNot() throws Exception {
        WireConfig.RequestLimits some = WireConfig.RequestLimits.defaults();
        long room = 4_000_000;
        WireConfig config = WireFixture.config()
                .withRequests(new WireConfig.RequestLimits(
                        some.maxBytes(), some.maxControlBytes(), some.maxFields(), 64, some.maxInFlightBytes(), room));
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Queue<CompletableFuture<org.apache.kafka.common.protocol.ApiMessage>> waiting = new ConcurrentLinkedQueue<>();
        service.handling(call -> {
            if (((MetadataRequest) call.request()).data().topics().isEmpty()) {
                return CompletableFuture.completedFuture(Requests.metadataAnswer(1));
            }
            most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
            CompletableFuture<org.apache.kafka.common.protocol.ApiMessage> answer = new CompletableFuture<>();
            waiting.add(answer);
            return answer;
        });
        try (WireFixture wire = new WireFixture(config, service);
                RawClient small = wire.client()) {
            // Each about 1.3 MB by the estimate: 5,000 topics of 4 values.
            List<RawClient> wide = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                RawClient client = wire.client();
                wide.add(client);
                client.send(wide(5_000), 1);
            }
            int answered = 0;
            while (answered < 12) {
                for (int i = 0; i < 50; i++) {
                    small.call(Requests.metadata());
                }
                var next = waiting.poll();
                if (next != null) {
                    atWork.decrementAndGet();
                    next.complete(Requests.metadataAnswer(2));
                    answered++;
                }
            }
            for (RawClient client : wide) {
                assertThat(client.receiveCorrelationId()).isEqualTo(1);
                client.close();
            }
            // What fits, and the one that may overdraw.
            assertThat(most.get()).isBetween(2, 4);
        }
    }

    @Test
    void manyRequestsAtOnceDoNotKeepTheThreadFromOthers() throws Exception {
        WireConfig some = WireFixture.config();
        WireConfig config = new WireConfig(
                some.listeners(),
                1,
                some.nativeTransport(),
                some.sockets(),
                some.connections(),
                some.requests(),
                some.answers(),
                some.closeTimeout());
        CountDownLatch bothHaveSent = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        List<Integer> order = java.util.Collections.synchronizedList(new ArrayList<>());
        service.handling(call -> {
            if (first.getAndSet(false)) {
                awaitUninterruptibly(bothHaveSent);
            }
            order.add(call.context().clientPort.orElseThrow());
            return CompletableFuture.completedFuture(Requests.metadataAnswer(1));
        });
        try (WireFixture wire = new WireFixture(config, service);
                RawClient flood = wire.client();
                RawClient other = wire.client()) {
            WireFixture.await("both are there", () -> wire.gauge("weir_kafka_connections") == 2);
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < 1500; i++) {
                frames.write(RawClient.frame(Requests.metadata(), i));
            }
            flood.sendBytes(frames.toByteArray());
            other.send(Requests.metadata(), 1);
            bothHaveSent.countDown();
            assertThat(other.receiveCorrelationId()).isEqualTo(1);
            for (int i = 0; i < 1500; i++) {
                assertThat(flood.receiveCorrelationId()).isEqualTo(i);
            }
            assertThat(order.indexOf(other.localPort())).isLessThanOrEqualTo(3 * FrameReader.TURN);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void thousandsOfIdleConnectionsCostLittle() throws Exception {
        service.answering(call -> Requests.metadataAnswer(1));
        int connections = Math.min(5_000, freeFiles() / 2 - 500);
        if (connections < 5_000) {
            System.out.println("weir.idle.connections=" + connections + ", as many as the limit of open files allows");
        }
        WireConfig config = WireFixture.config().withConnections(paced(64 * 1024));
        try (WireFixture wire = new WireFixture(config, service);
                RawClient busy = wire.client()) {
            List<RawClient> idle = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                RawClient client = wire.client();
                idle.add(client);
                if (i % 2 == 0) {
                    client.call(Requests.metadata());
                } else if (i % 4 == 1) {
                    client.sendBytes(new byte[] {0, 0});
                }
                if (i % 10 == 0) {
                    busy.call(Requests.metadata());
                }
            }
            WireFixture.await("all are there", () -> wire.gauge("weir_kafka_connections") == connections + 1);
            for (int i = 0; i < 500; i++) {
                busy.call(Requests.metadata());
            }
            // The receive buffers of two threads; nothing a connection.
            assertThat(wire.allocator.pinnedDirectMemory()).isLessThan(300_000);
            assertThat(wire.gauge("weir_kafka_connections")).isEqualTo(connections + 1);
            closeAll(idle);
            WireFixture.await("all have gone", () -> wire.gauge("weir_kafka_connections") == 1);
        }
    }

    private static int freeFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (int) Math.min(
                        Integer.MAX_VALUE, unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount())
                : 2_000;
    }
}
