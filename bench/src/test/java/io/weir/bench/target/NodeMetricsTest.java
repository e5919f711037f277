package io.weir.bench.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Numbers out of what a node says of itself. */
class NodeMetricsTest {
    private final NodeMetrics metrics = NodeMetrics.parse("""
            # HELP weir_storage_bytes_total Bytes
            weir_storage_bytes_total{operation="append"} 5.0
            weir_storage_bytes_total{operation="read"} 1.5E3
            weir_storage_bytes_total_more{operation="read"} 7
            weir_commit_bytes_total 3
            """);

    @Test
    void aNameIsAddedUpOverItsLabels() {
        assertThat(metrics.sum("weir_storage_bytes_total", "")).isEqualTo(1505);
        assertThat(metrics.sum("weir_commit_bytes_total", "")).isEqualTo(3);
    }

    @Test
    void aLabelChooses() {
        assertThat(metrics.sum("weir_storage_bytes_total", "operation=\"read\""))
                .isEqualTo(1500);
        assertThat(metrics.sum("weir_commit_bytes_total", "operation=\"read\"")).isZero();
        assertThat(metrics.sum("weir_unheard_of", "")).isZero();
    }

    @Test
    void twoNodesAreAddedUp() {
        assertThat(metrics.plus(metrics).sum("weir_commit_bytes_total", "")).isEqualTo(6);
        assertThat(NodeMetrics.none().plus(metrics).sum("weir_storage_bytes_total", ""))
                .isEqualTo(1505);
    }
}
