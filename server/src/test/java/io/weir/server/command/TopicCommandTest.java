package io.weir.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TopicCommandTest {
    private final FakeClients clients = new FakeClients();

    @Test
    void aTopicIsMadeListedChangedAndDeleted() {
        assertThat(run("topic", "list").out()).isEqualTo("There are no topics. `weir topic create NAME` makes one.\n");

        assertThat(run("topic", "create", "first", "-p", "3", "-c", "retention.ms=5")
                        .out())
                .isEqualTo("Topic first made, with 3 partitions.\n");
        assertThat(run("topic", "list").out()).isEqualTo("TOPIC  PARTITIONS\nfirst           3\n");
        assertThat(run("topic", "list", "--json").out())
                .matches("\\[\\{\"topic\":\"first\",\"id\":\".{22}\",\"partitions\":3,\"internal\":false}]\n");

        assertThat(run("topic", "alter", "first", "-c", "a=b", "--delete-config", "c", "--json")
                        .out())
                .isEqualTo(
                        "{\"topic\":\"first\",\"partitions\":null,\"config\":{\"a\":\"b\"},\"deletedConfig\":[\"c\"]}\n");

        assertThat(run("topic", "delete", "first").out()).isEqualTo("Topic first deleted.\n");
        assertThat(run("topic", "list", "--json").out()).isEqualTo("[]\n");
    }

    @Test
    void aTopicThatExistsIsAFailureUnlessThatMayBe() {
        run("topic", "create", "first");

        CommandRun again = run("topic", "create", "first");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("first exists already").contains("--if-not-exists");

        CommandRun allowed = run("topic", "create", "first", "--if-not-exists", "--json");
        assertThat(allowed.exitCode()).isZero();
        assertThat(allowed.out()).isEqualTo("{\"topic\":\"first\",\"created\":false}\n");
    }

    @Test
    void aTopicThatDoesNotExistIsAFailureUnlessThatMayBe() {
        CommandRun missing = run("topic", "delete", "none");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).contains("There is no such topic").contains("weir topic list");

        CommandRun allowed = run("topic", "delete", "none", "--if-exists", "--json");
        assertThat(allowed.exitCode()).isZero();
        assertThat(allowed.out()).contains("\"deleted\":false");
    }

    @Test
    void describeShowsTheStateThatTheNodeTellsOverHttp() throws IOException {
        run("topic", "create", "first", "-p", "1");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        http.createContext("/api/partitions", exchange -> {
            assertThat(exchange.getRequestURI().getQuery()).isEqualTo("topic=first");
            byte[] body = ("[{\"topic\":\"first\",\"partition\":0,\"state\":\"recovering\",\"reason\":\"replaying\","
                            + "\"sinceMs\":700000,\"leaderEpoch\":9,\"logEnd\":44,\"tailBytes\":5,\"segments\":6}]")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
        try {
            String url = "http://127.0.0.1:" + http.getAddress().getPort();
            assertThat(run("topic", "describe", "first", "--http-url", url).out())
                    .contains("recovering")
                    .contains("5 min (replaying)")
                    .doesNotContain("States are not shown");
            assertThat(run("topic", "describe", "first", "--http-url", url, "--json")
                            .out())
                    .contains("\"leader\":0,\"leaderEpoch\":9,\"replicas\":[0],\"logStart\":0,\"highWatermark\":7,")
                    .contains("\"state\":\"recovering\",\"reason\":\"replaying\",\"sinceMs\":700000,\"logEnd\":44,"
                            + "\"tailBytes\":5,\"segments\":6");
        } finally {
            http.stop(0);
        }
    }

    @Test
    void describeDoesWithoutStatesWhenTheNodeDoesNotTell() {
        run("topic", "create", "first", "-p", "1");

        CommandRun run = run("topic", "describe", "--http-url", "http://127.0.0.1:1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Topic first, id ").contains("States are not shown");
    }

    private CommandRun run(String... arguments) {
        return CommandRun.of(clients, "", arguments);
    }
}
