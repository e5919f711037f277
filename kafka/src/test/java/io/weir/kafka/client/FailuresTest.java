package io.weir.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.kafka.node.NodeProtocol;
import io.weir.kafka.secret.ClusterSecret;
import io.weir.kafka.wire.RawClient;
import io.weir.kafka.wire.Requests;
import io.weir.kafka.wire.StubService;
import io.weir.kafka.wire.WireConfig;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.junit.jupiter.api.Test;

/** Calls to nodes that are slow, gone, wrong or full; and order, and waiting. */
class FailuresTest {
    private static Throwable failureOf(CompletableFuture<?> future) throws Exception {
        try {
            future.get(20, TimeUnit.SECONDS);
            throw new AssertionError("it was answered");
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    @Test
    void aCancelledCallFreesItsSlotAndTheRecordsOfItsLateAnswer() throws Exception {
        StubService service = StubService.of(ApiKeys.FETCH, ApiKeys.METADATA);
        Requests.Owner owner = new Requests.Owner();
        try (Nodes nodes = new Nodes(service, RemoteConfig.defaults().withInFlight(1, 1 << 20))) {
            var unwanted = nodes.remote.call(Nodes.call(Requests.fetch(1 << 20)));
            StubService.Pending late = service.next();
            assertThat(failureOf(nodes.remote.call(Nodes.call(Requests.fetch(1)))))
                    .isInstanceOf(RequestNotSentException.class)
                    .hasMessageContaining("too much is under way");
            unwanted.cancel(false);
            Nodes.await("the slot is free", () -> nodes.inFlight() == 0);
            var wanted = nodes.remote.call(Nodes.call(Requests.fetch(1)));
            StubService.Pending next = service.next();
            late.future().complete(Requests.fetchAnswer(Requests.leased(owner, 500_000)));
            next.future().complete(Requests.numberedAnswer(9));
            assertThat(wanted.get(10, TimeUnit.SECONDS)).isEqualTo(Requests.numberedAnswer(9));
            Nodes.await("the owner has its leases back", owner::allBack);
            assertThat(nodes.counter("weir_internal_client_failures", "api", "Fetch", "reason", "cancelled"))
                    .isEqualTo(1);
        }
    }

    @Test
    void recordsOfAnAnswerThatSomebodyElseHasGivenAreReleased() throws Exception {
        StubService service = StubService.of(ApiKeys.FETCH);
        Requests.Owner owner = new Requests.Owner();
        try (Nodes nodes = new Nodes(service)) {
            var given = nodes.remote.call(Nodes.call(Requests.fetch(1 << 20)));
            StubService.Pending pending = service.next();
            given.completeExceptionally(new IllegalStateException("the caller's own time is over"));
            pending.future().complete(Requests.fetchAnswer(Requests.leased(owner, 500_000)));
            Nodes.await("the owner has its leases back", owner::allBack);
            Nodes.await("the slot is free", () -> nodes.inFlight() == 0);
        }
    }

    @Test
    void aCallThatIsNotAnsweredInTimeFailsAndAPeerThatHangsIsLeft() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA);
        RemoteConfig config = RemoteConfig.defaults().withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(5));
        try (Nodes nodes = new Nodes(service, config)) {
            Throwable failure = failureOf(nodes.remote.call(Nodes.call(Requests.metadata())));
            assertThat(failure)
                    .isInstanceOf(TimeoutException.class)
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining("has not answered METADATA in time");
            Nodes.await(
                    "the connection is given up",
                    () -> nodes.gauge(nodes.callerFigures, "weir_internal_client_connections") == 0);
            service.next();
            Nodes.await("a new attempt is due", () -> {
                var again = nodes.remote.call(Nodes.call(Requests.metadata()));
                return !again.isDone() || !again.isCompletedExceptionally();
            });
        }
    }

    @Test
    void callsFailWhenTheirNodeEndsAndTheNextReachItWhenItIsBack() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.PRODUCE);
        try (Nodes nodes = new Nodes(service)) {
            List<CompletableFuture<? extends ApiMessage>> underWay = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                underWay.add(nodes.remote.call(Nodes.call(Requests.metadata())));
                underWay.add(nodes.remote.call(Nodes.call(Requests.produce(-1, 100_000))));
            }
            List<StubService.Pending> held = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                held.add(service.next());
            }
            nodes.stopCalled();
            for (var future : underWay) {
                assertThat(failureOf(future))
                        .isInstanceOf(NetworkException.class)
                        .isNotInstanceOf(RequestNotSentException.class)
                        .hasMessageContaining("may have done or not");
            }
            assertThat(failureOf(nodes.remote.call(Nodes.call(Requests.metadata()))))
                    .isInstanceOf(RequestNotSentException.class)
                    .isInstanceOf(RetriableException.class);
            StubService again = StubService.of(ApiKeys.METADATA).answering(call -> Requests.metadataAnswer(3));
            nodes.restartCalled(again);
            CompletableFuture<MetadataResponseData> answered = new CompletableFuture<>();
            Nodes.await("it is reached again", () -> {
                try {
                    answered.complete((MetadataResponseData)
                            nodes.remote.call(Nodes.call(Requests.metadata())).get(10, TimeUnit.SECONDS));
                    return true;
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(RequestNotSentException.class);
                    return false;
                } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(answered.join().controllerId()).isEqualTo(3);
            held.forEach(pending -> pending.future().complete(Requests.metadataAnswer(0)));
        }
    }

    @Test
    void whatANodeDoesNotServeIsSaid() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA);
        try (Nodes nodes = new Nodes(service)) {
            assertThat(failureOf(nodes.remote.call(Nodes.call(Requests.produce(-1, 10)))))
                    .isInstanceOf(UnsupportedVersionException.class)
                    .hasMessageContaining("does not serve PRODUCE");
            assertThat(nodes.remote.apis()).contains(ApiKeys.METADATA).doesNotContain(ApiKeys.PRODUCE);
        }
    }

    @Test
    void aNodeThatNeverAnswersTheHandshakeIsGivenUp() throws Exception {
        RemoteConfig config = RemoteConfig.defaults().withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(300));
        try (Nodes nodes = new Nodes(StubService.of(ApiKeys.METADATA), config);
                ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var call = nodes.remotes
                    .to((InetSocketAddress) silent.getLocalSocketAddress())
                    .call(Nodes.call(Requests.metadata()));
            assertThat(failureOf(call))
                    .isInstanceOf(RequestNotSentException.class)
                    .hasMessageContaining("not ready in time");
        }
    }

    @Test
    void aNodeThatTakesNothingHoldsNoMoreThanItsBound() throws Exception {
        StubService service = StubService.of(ApiKeys.PRODUCE);
        WireConfig.RequestLimits little =
                new WireConfig.RequestLimits(100 << 20, 8 << 20, 1 << 19, 64, 2 << 20, 32 << 20);
        RemoteConfig config = RemoteConfig.defaults().withInFlight(1000, 20 << 20);
        try (Nodes nodes = new Nodes(service, config, Optional.of(Nodes.SECRET), Optional.of(Nodes.SECRET), little)) {
            ConcurrentLinkedQueue<CompletableFuture<?>> calls = new ConcurrentLinkedQueue<>();
            int refused = 0;
            for (int i = 0; i < 200; i++) {
                var call = nodes.remote.call(Nodes.call(Requests.produce(-1, 1 << 20)));
                if (call.isCompletedExceptionally()) {
                    assertThat(failureOf(call)).isInstanceOf(RequestNotSentException.class);
                    refused++;
                } else {
                    calls.add(call);
                }
            }
            assertThat(refused).isGreaterThanOrEqualTo(180);
            assertThat(nodes.gauge(nodes.callerFigures, "weir_internal_client_request_bytes_in_flight"))
                    .isLessThanOrEqualTo(21 << 20);
            for (CompletableFuture<?> call : calls) {
                service.next().future().complete(Requests.produceAnswer((short) 0));
                call.get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** Takes one connection, says that it is a node which serves everything, and reads nothing more. */
    private static void answerTheHandshake(ServerSocket listening, CompletableFuture<Socket> accepted) {
        try {
            Socket socket = listening.accept();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readNBytes(in.readInt());
            ApiVersionsResponseData answer = new ApiVersionsResponseData()
                    .setApiKeys(ApiVersionsResponse.collectApis(
                            ApiMessageType.ListenerType.BROKER, EnumSet.of(ApiKeys.PRODUCE), false));
            NodeProtocol.mark(answer);
            ByteBuffer body =
                    MessageUtil.toByteBufferAccessor(answer, (short) 3).buffer();
            ByteBuffer withId = ByteBuffer.allocate(Integer.BYTES + body.remaining())
                    .putInt(0)
                    .put(body)
                    .flip();
            socket.getOutputStream().write(RawClient.framed(withId));
            accepted.complete(socket);
        } catch (IOException e) {
            accepted.completeExceptionally(e);
        }
    }

    @Test
    void aNodeThatTakesNothingIsLeftThoughCallersHaveGivenUp() throws Exception {
        RemoteConfig config = RemoteConfig.defaults().withTimeouts(Duration.ofMillis(500), Duration.ofSeconds(5));
        StubService unused = StubService.of(ApiKeys.PRODUCE);
        Optional<ClusterSecret> none = Optional.empty();
        try (Nodes nodes = new Nodes(unused, config, none, none, WireConfig.RequestLimits.defaults());
                ServerSocket listening = new ServerSocket()) {
            listening.setReceiveBufferSize(8192);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Socket> accepted = new CompletableFuture<>();
            Thread.startVirtualThread(() -> answerTheHandshake(listening, accepted));
            var deaf = nodes.remotes.to((InetSocketAddress) listening.getLocalSocketAddress());
            List<CompletableFuture<? extends ApiMessage>> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                // More than the sockets' buffers take.
                calls.add(deaf.call(Nodes.call(Requests.produce(-1, 32 << 20))));
            }
            try (Socket silent = accepted.get(10, TimeUnit.SECONDS)) {
                assertThat(silent.getInputStream().read())
                        .as("the first byte of the first")
                        .isNotNegative();
                calls.forEach(call -> call.cancel(false));
                Nodes.await("nothing is kept for it", () -> nodes.inFlight() == 0);
                assertThat(nodes.gauge(nodes.callerFigures, "weir_internal_client_connections"))
                        .isZero();
            }
        }
    }

    @Test
    void athousandWaitingFetchesBlockNobody() throws Exception {
        StubService waiting = StubService.of(ApiKeys.FETCH, ApiKeys.PRODUCE, ApiKeys.METADATA);
        waiting.handling(call -> switch (call.api()) {
            case FETCH -> waiting.park(call);
            case PRODUCE -> CompletableFuture.completedFuture(Requests.produceAnswer((short) 0));
            default -> CompletableFuture.completedFuture(Requests.metadataAnswer(1));
        });
        try (Nodes nodes = new Nodes(waiting)) {
            List<CompletableFuture<? extends ApiMessage>> fetches = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                fetches.add(nodes.remote.call(Nodes.call(Requests.fetch(50 << 20))));
            }
            Nodes.await("all wait at the other node", () -> waiting.waiting() == 1000);
            assertThat(nodes.remote
                            .call(Nodes.call(Requests.produce(-1, 100_000)))
                            .get(10, TimeUnit.SECONDS))
                    .isNotNull();
            assertThat(nodes.remote.call(Nodes.call(Requests.metadata())).get(10, TimeUnit.SECONDS))
                    .isNotNull();
            assertThat(nodes.gauge(nodes.callerFigures, "weir_internal_client_connections"))
                    .isEqualTo(3);
            List<StubService.Pending> pending = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                pending.add(waiting.next());
            }
            // The last to wait is answered first.
            for (int i = 999; i >= 0; i--) {
                pending.get(i).future().complete(Requests.numberedAnswer(i));
                assertThat(fetches.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(Requests.numberedAnswer(i));
            }
        }
    }

    @Test
    void producesArriveInTheOrderOfTheCalls() throws Exception {
        ConcurrentLinkedQueue<Integer> arrived = new ConcurrentLinkedQueue<>();
        StubService service = StubService.of(ApiKeys.PRODUCE).answering(call -> {
            arrived.add(((ProduceRequest) call.request()).data().timeoutMs());
            return Requests.produceAnswer((short) 0);
        });
        try (Nodes nodes = new Nodes(service)) {
            Object order = new Object();
            int[] next = {0};
            List<CompletableFuture<? extends ApiMessage>> calls = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        synchronized (order) {
                            ProduceRequest request = Requests.produce(-1, i % 7 == 0 ? 50_000 : 100);
                            request.data().setTimeoutMs(next[0]++);
                            calls.add(nodes.remote.call(Nodes.call(request)));
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (var call : calls) {
                call.get(20, TimeUnit.SECONDS);
            }
            assertThat(List.copyOf(arrived)).hasSize(2000).isSorted();
        }
    }

    @Test
    void afterTheCloseCallsFail() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA);
        try (Nodes nodes = new Nodes(service)) {
            var underWay = nodes.remote.call(Nodes.call(Requests.metadata()));
            service.next();
            nodes.remotes.close();
            assertThat(failureOf(underWay)).isInstanceOf(NetworkException.class);
            assertThatThrownBy(() ->
                            nodes.remote.call(Nodes.call(Requests.metadata())).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RequestNotSentException.class);
        }
    }
}
