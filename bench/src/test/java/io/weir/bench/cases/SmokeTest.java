package io.weir.bench.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.load.Dimension;
import io.weir.bench.load.Workload;
import io.weir.bench.target.ExternalTarget;
import io.weir.testkit.EmbeddedWeir;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few cases, tiny, against a server in this process. */
class SmokeTest {
    private static final Progress NOBODY = new Progress() {
        @Override
        public void phase(String name) {
            // Nobody watches.
        }

        @Override
        public void interim(Supplier<String> text) {
            // Nobody watches.
        }
    };

    @TempDir
    private Path directory;

    @Test
    void casesMeasureSomething() throws Exception {
        try (EmbeddedWeir weir = EmbeddedWeir.inMemory()) {
            for (String name : List.of("produce", "consume", "end-to-end", "fresh", "catch-up")) {
                Case one = Cases.usual().find(name).orElseThrow();
                ExternalTarget target = new ExternalTarget(
                        "embedded",
                        weir.bootstrapServers(),
                        OptionalLong.of(ProcessHandle.current().pid()));
                try (Trial trial = new Trial(target, directory, tiny(one.defaults()), NOBODY, Time.SYSTEM)) {
                    List<Figure> figures = one.run(trial);
                    assertThat(figures).as(one.name()).isNotEmpty();
                    assertThat(figures).as(one.name()).extracting(Figure::name).doesNotHaveDuplicates();
                    // Everything takes time, and processor time is counted in hundredths of a second.
                    assertThat(figures)
                            .as(one.name())
                            .filteredOn(figure -> !figure.name().contains("CPU"))
                            .allSatisfy(figure -> assertThat(figure.value()).isPositive());
                }
            }
        }
    }

    private static Workload tiny(Workload defaults) {
        Workload workload = defaults;
        for (Dimension dimension : defaults.dimensions()) {
            workload = switch (dimension) {
                case RECORDS -> workload.with(dimension, 200);
                case RATE -> workload.with(dimension, 200);
                case PARTITIONS -> workload.with(dimension, 3);
                case SECONDS, BACKLOG, PASSES -> workload.with(dimension, 1);
                case WARMUP -> workload.with(dimension, 0);
                case CONNECTIONS, CONSUMERS, BROKERS, PROXIES, CONTROLLERS, DATA_NODES -> workload.with(dimension, 2);
                case RECORD_SIZE, COMPRESSION, PRODUCERS, LINGER, BATCH_SIZE, READ_RATE, COLD -> workload;
            };
        }
        return workload;
    }
}
