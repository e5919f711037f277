package io.weir.bench.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

/** What is said to those who call it wrongly, and to those who ask. */
class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        Installation nowhere = new Installation(Path.of("nowhere"), "", Path.of("nowhere"), Path.of("java"));
        return BenchCommand.run(
                new BenchContext(new PrintWriter(out), new PrintWriter(err), false, nowhere, Time.SYSTEM), arguments);
    }

    @Test
    void aWrongSizeIsNamed() {
        assertThat(run("run", "--case", "produce", "--compression", "zip")).isEqualTo(2);
        assertThat(err.toString()).contains("--compression", "zip", "lz4");
    }

    @Test
    void anUnknownTargetIsNamed() {
        assertThat(run("run", "--case", "produce", "--targets", "kaffka")).isEqualTo(2);
        assertThat(err.toString()).contains("kaffka");
    }

    @Test
    void withoutACaseThereIsNothingToRun() {
        assertThat(run("run")).isEqualTo(2);
        assertThat(err.toString()).contains("--case");
    }

    @Test
    void theListHasEveryCaseWithItsSizes() {
        assertThat(run("list")).isZero();
        assertThat(out.toString()).contains("produce:", "records=800000", "idle:");
    }

    @Test
    void theListHasTheCasesOfClustersApart() {
        assertThat(run("list")).isZero();
        assertThat(out.toString().substring(out.toString().indexOf("bench cluster")))
                .contains("takeover:", "brokers=2", "hdfs-produce:")
                .doesNotContain("idle:");
    }

    @Test
    void aClustersCaseIsOneOfTheClusters() {
        assertThat(run("cluster", "--case", "idle")).isEqualTo(2);
        assertThat(err.toString()).contains("idle", "takeover");
    }

    @Test
    void theHelpHasEverySize() {
        assertThat(run("run", "--help")).isZero();
        assertThat(out.toString()).contains("--record-size", "--partitions", "--bootstrap");
    }
}
