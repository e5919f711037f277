package io.weir.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.weir.common.error.WeirException;
import io.weir.log.PartitionStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The listener over real sockets. */
class HttpListenerTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final List<String> missing = new CopyOnWriteArrayList<>();
    private final List<PartitionView> views = new CopyOnWriteArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private HttpListener listener;

    @BeforeEach
    void start() {
        HttpConfig config = new HttpConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 3, 2048, Duration.ofSeconds(1));
        PartitionSource source = topic -> views.stream()
                .filter(view -> topic.isEmpty() || view.topic().equals(topic.get()))
                .toList();
        listener = HttpListener.start(
                config,
                new NodeRoutes(registry, () -> missing, Optional.of(source), () -> Map.of("clusterId", "test"))
                        .routes());
    }

    @AfterEach
    void stop() {
        listener.close();
        client.close();
    }

    @Test
    void theIndexNamesEveryRoute() throws Exception {
        HttpResponse<String> answer = get("/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("/metrics", "/health/live", "/health/ready", "/api/partitions");
    }

    @Test
    void metricsAreInPrometheussTextForm() throws Exception {
        Counter.builder().name("weir_tests").help("Tests.").register(registry).inc(3);

        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).get().asString().startsWith("text/plain");
        assertThat(answer.body()).contains("weir_tests_total 3.0");
    }

    @Test
    void aNodeThatIsNotReadySaysWhatIsMissing() throws Exception {
        missing.add("2 partitions are recovering");

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> answer = get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("{\"ready\":false,\"reasons\":[\"2 partitions are recovering\"]}");

        missing.clear();
        answer = get("/health/ready");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"ready\":true,\"reasons\":[]}");
    }

    @Test
    void partitionsAreListedInOrderAndByTopic() throws Exception {
        views.add(view("b", 0));
        views.add(view("a", 1));
        views.add(view("a", 0));

        assertThat(get("/api/partitions?topic=b").body())
                .isEqualTo("[{\"topic\":\"b\",\"partition\":0,\"state\":\"writable\",\"reason\":\"recovered\","
                        + "\"sinceMs\":5,\"leaderEpoch\":6,\"logStart\":1,\"highWatermark\":2,\"logEnd\":3,"
                        + "\"sizeBytes\":70,\"tailBytes\":40,\"segments\":2}]");
        assertThat(get("/api/partitions").body().replaceAll("\"state.*?}", ""))
                .isEqualTo("[{\"topic\":\"a\",\"partition\":0,,{\"topic\":\"a\",\"partition\":1,"
                        + ",{\"topic\":\"b\",\"partition\":0,]");
    }

    @Test
    void anUnknownPathIsNotFoundAndAnotherMethodNotAllowed() throws Exception {
        assertThat(get("/metric").statusCode()).isEqualTo(404);
        assertThat(get("/metric").body()).contains("/metrics");

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(uri("/metrics"))
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void headIsGetWithoutABody() throws Exception {
        String answer = raw("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n");
        assertThat(answer).containsPattern("content-length: [1-9]");
    }

    @Test
    void requestsSentAtOnceAreAnsweredInOrder() throws Exception {
        String answer = raw("""
                GET /nowhere HTTP/1.1\r
                Host: x\r
                \r
                GET /health/live HTTP/1.1\r
                Host: x\r
                Connection: close\r
                \r
                """);

        assertThat(answer).startsWith("HTTP/1.1 404");
        assertThat(answer.substring(20)).contains("HTTP/1.1 200 OK");
        assertThat(answer).endsWith("{\"live\":true}");
    }

    @Test
    void whatIsNotHttpOrTooLongIsRefused() throws Exception {
        assertThat(raw("GET / HTTP/1.1\r\nCookie: " + "x".repeat(5000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(raw("\u0000\u0001\u0002 nothing known\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void aFailingRouteAnswersFiveHundredAndTheListenerGoesOn() throws Exception {
        views.add(null);

        assertThat(get("/api/partitions").statusCode()).isEqualTo(500);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aConnectionBeyondTheBoundIsClosedAtOnce() throws Exception {
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Socket socket = connect();
            open.add(socket);
            assertThat(exchangeOnce(socket)).startsWith("HTTP/1.1 200");
        }
        try (Socket refused = connect()) {
            assertThat(refused.getInputStream().read()).isEqualTo(-1);
        }
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Test
    void aSilentConnectionIsClosed() throws IOException {
        try (Socket silent = connect()) {
            silent.getOutputStream().write("GET / HT".getBytes(StandardCharsets.US_ASCII));
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aTakenPortIsNamed() {
        HttpConfig taken = HttpConfig.defaults(listener.address());

        assertThatThrownBy(() -> HttpListener.start(taken, new HttpRoutes(java.util.Map.of())))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("127.0.0.1:" + listener.address().getPort());
    }

    private static PartitionView view(String topic, int partition) {
        return new PartitionView(
                topic, partition, PartitionStatus.State.WRITABLE, "recovered", 5, 6, 1, 2, 3, 70, 40, 2);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.address().getPort() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String exchangeOnce(Socket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream input = socket.getInputStream();
        return new String(input.readNBytes(12), StandardCharsets.US_ASCII);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = connect();
                OutputStream output = socket.getOutputStream();
                InputStream input = socket.getInputStream()) {
            output.write(request.getBytes(StandardCharsets.ISO_8859_1));
            output.flush();
            return new String(input.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
