package io.weir.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.bench.run.Fixture;
import io.weir.bench.run.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** One outcome as table, JSON and chart. */
class ReportTest {
    private final Outcome outcome = Fixture.outcome(
            Fixture.attempt("weir", 1, 100, 3),
            Fixture.attempt("kafka", 1, 50, 3),
            Fixture.attempt("weir", 2, 120, 5),
            Fixture.disturbed("kafka", 2, 5, 300),
            Fixture.failed("kafka", 3));

    @Test
    void theTableHasMediansSpreadsAndWhoIsBetter() {
        List<String> lines = Table.of(outcome).lines().toList();
        assertThat(lines.get(0)).isEqualTo("produce partitions=6");
        assertThat(lines.get(2)).containsSubsequence("throughput", "MB/s", "110", "100..120", "50.0", "2.20 x better");
        assertThat(lines.get(3)).containsSubsequence("p99", "ms", "4.00", "3.00..5.00", "3.00", "1.33 x worse");
    }

    @Test
    void theTableNamesRoundsThatAreOfNoUse() {
        assertThat(Table.of(outcome))
                .contains("kafka, round 2: unusable, others took 40.0 % of the machine")
                .contains("kafka failed in round 3: no room");
    }

    @Test
    void halfAPercentIsNoDifference() {
        Outcome even = Fixture.outcome(Fixture.attempt("weir", 1, 100, 3), Fixture.attempt("kafka", 1, 100.5, 3));
        assertThat(Table.of(even)).contains("same").doesNotContain("better", "worse");
    }

    @Test
    void theJsonHasEveryAttemptAndTheRatios() throws Exception {
        JsonNode document = new ObjectMapper().readTree(new JsonReport().of(Map.of("processors", 2), List.of(outcome)));
        assertThat(document.at("/environment/processors").asInt()).isEqualTo(2);
        JsonNode scenario = document.at("/scenarios/0");
        assertThat(scenario.at("/workload/partitions").asText()).isEqualTo("6");
        assertThat(scenario.at("/figures/0/targets/weir/median").asDouble()).isEqualTo(110);
        assertThat(scenario.at("/figures/0/ratioTo/kafka").asDouble()).isEqualTo(2.2);
        assertThat(scenario.at("/attempts")).hasSize(5);
        assertThat(scenario.at("/attempts/3/disturbed").asBoolean()).isTrue();
        assertThat(scenario.at("/attempts/3/counts").asBoolean()).isFalse();
        assertThat(scenario.at("/attempts/4/otherLoadPercent").isNull()).isTrue();
    }

    @Test
    void theChartIsWellFormedAndAsksForNothingFromElsewhere() throws Exception {
        String chart = ChartReport.of(List.of(outcome));
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(chart.getBytes(StandardCharsets.UTF_8)));
        // The background, and a bar for each figure of each target.
        assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(5);
        assertThat(chart).doesNotContain("href", "url(", "<script", "<image");
    }
}
