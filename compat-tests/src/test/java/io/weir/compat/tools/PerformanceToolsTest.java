package io.weir.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import org.apache.kafka.tools.ConsumerPerformance;
import org.apache.kafka.tools.EndToEndLatency;
import org.apache.kafka.tools.ProducerPerformance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kafka-producer-perf-test.sh}, {@code kafka-consumer-perf-test.sh} and {@code kafka-e2e-latency.sh}. */
@ExtendWith(SharedServer.class)
class PerformanceToolsTest {
    private final Cluster cluster;
    private final String topic;

    PerformanceToolsTest(Cluster cluster) {
        this.cluster = cluster;
        this.topic = cluster.topic(1);
    }

    @Test
    void producesAndConsumes() throws Exception {
        var produced = new Tool(ProducerPerformance::main)
                .run(Arguments.of(
                        cluster,
                        "--topic",
                        topic,
                        "--num-records",
                        "50000",
                        "--record-size",
                        "200",
                        "--throughput",
                        "-1",
                        "--command-property",
                        "compression.type=lz4"));
        assertThat(produced.status()).as(produced.err()).isZero();
        assertThat(produced.out().lines())
                .last()
                .asString()
                .startsWith("50000 records sent, ")
                .contains("99.9th.");

        var consumed = new Tool(ConsumerPerformance::main)
                .run(Arguments.of(cluster, "--topic", topic, "--num-records", "50000", "--timeout", "20000"));
        assertThat(consumed.status()).as(consumed.err()).isZero();
        var lines = consumed.out().lines().filter(l -> !l.isBlank()).toList();
        assertThat(lines.getFirst()).startsWith("start.time, end.time");
        assertThat(Integer.parseInt(lines.getLast().split(", ")[4])).isEqualTo(50_000);
    }

    @Test
    void measuresLatencyFromEndToEnd() throws Exception {
        var measured = new Tool(EndToEndLatency::main)
                .run(Arguments.of(
                        cluster,
                        "--topic",
                        topic,
                        "--num-records",
                        "100",
                        "--producer-acks",
                        "all",
                        "--record-size",
                        "100"));

        assertThat(measured.status()).as(measured.out() + measured.err()).isZero();
        assertThat(measured.out()).contains("Percentiles: 50th = ");
    }
}
