package io.weir.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.server.json.Json;
import io.weir.server.local.LocalProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
    private static final String WELL = """
            {"clusterId":"orders","store":"hdfs://namenode:8020/weir","topics":1,"partitions":12,
             "partitionsWithoutOwner":0,"withoutOwner":[],"balance":{"broker":{"fewest":12,"most":12}},
             "nodes":[{"id":2,"roles":["proxy","broker"],"rack":null,"state":"alive","epoch":7,"leaders":12,
             "candidate":12,"listeners":{"INTERNAL":"10.0.0.11:9094"}}]}""";

    @Test
    void aClusterInWhichAllIsWellSaysSo() throws IOException {
        ClusterStatus status = status(WELL, List.of(), List.of());

        assertThat(status.problems()).isEmpty();
        assertThat(printed(status))
                .contains("Cluster     orders\n")
                .contains("12 of 1 topic, 0 without an owner; brokers own 12 to 12 each")
                .containsPattern("2 +alive +proxy,broker +- +12 +12 +7 +INTERNAL=10.0.0.11:9094")
                .endsWith("All is well.\n");
    }

    @Test
    void aNodeThatIsGoneAndPartitionsWithoutAnOwnerAreProblems() throws IOException {
        ClusterStatus status = status(
                WELL.replace("\"alive\"", "\"fenced\"")
                        .replace(
                                "\"partitionsWithoutOwner\":0,\"withoutOwner\":[]",
                                "\"partitionsWithoutOwner\":1,\"withoutOwner\":[\"a-3\"]"),
                List.of(),
                List.of());

        assertThat(status.problems()).containsExactly("Node 2 is fenced", "Without an owner: a-3");
    }

    @Test
    void aProcessThatHasEndedIsAProblemWithItsLog() throws IOException {
        LocalProcess ended = new LocalProcess("broker-2", 4711, 1, "127.0.0.1:1", "/logs/broker-2");

        ClusterStatus status = status(WELL, List.of(ended), List.of());

        assertThat(status.problems()).containsExactly("broker-2 (process 4711) has ended; its log is /logs/broker-2");
        assertThat(printed(status)).containsPattern("broker-2 +4711 +has ended");
        assertThat(Json.write(status.json())).contains("\"name\":\"broker-2\",\"pid\":4711,\"alive\":false");
    }

    @Test
    void whatDoesNotAnswerIsAProblemAndNoFailure() {
        ClusterStatus status =
                new ClusterStatus("a:1", Optional.empty(), Optional.empty(), List.of(), List.of("No node answers"));

        assertThat(status.problems())
                .containsExactly("No node answers", "No node's HTTP listener answers (--http-url)");
        assertThat(printed(status)).contains("Not well:\n  No node answers\n");
        assertThat(Json.write(status.json())).contains("\"quorum\":null,\"cluster\":null");
    }

    private static ClusterStatus status(String document, List<LocalProcess> processes, List<String> remarks)
            throws IOException {
        return new ClusterStatus(
                "a:1",
                Optional.empty(),
                Optional.of((Map<?, ?>) java.util.Objects.requireNonNull(Json.read(document.replace("\n", "")))),
                processes,
                remarks);
    }

    private static String printed(ClusterStatus status) {
        StringWriter text = new StringWriter();
        status.print(new Output(new PrintWriter(text)));
        return text.toString();
    }
}
