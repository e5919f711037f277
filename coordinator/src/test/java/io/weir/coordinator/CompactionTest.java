package io.weir.coordinator;

import static io.weir.coordinator.Groups.commit;
import static io.weir.coordinator.Groups.committed;
import static io.weir.coordinator.Groups.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.requests.OffsetCommitRequest;
import org.junit.jupiter.api.Test;

/** The offsets log is kept near the size of what lives in it. */
final class CompactionTest {
    private static final Map<String, ?> SMALL = Map.of(
            "weir.offsets.compaction.threshold.bytes", 10_000L, "weir.offsets.compaction.check.interval.ms", 60_000L);

    private static void commitMany(Fixture node, int from, int to) throws Exception {
        for (int offset = from; offset <= to; offset++) {
            OffsetCommitRequest request = commit("g" + offset % 5, Fixture.ORDERS, 0, offset);
            // As clients do: what is loading is asked again.
            Fixture.await(() -> {
                try {
                    return errorOf(node.send(OffsetCommitResponseData.class, request)) == 0;
                } catch (Exception unexpected) {
                    throw new AssertionError(unexpected);
                }
            });
        }
    }

    @Test
    void aLoadRewritesALogThatIsMostlyDead() throws Exception {
        try (Fixture node = Fixture.ready(SMALL)) {
            commitMany(node, 1, 200);
            long before = node.offsetsLog().sizeBytes();
            long end = node.offsetsLog().logEndOffset();

            node.restart();

            assertThat(node.offsetsLog().logStartOffset()).isEqualTo(end);
            assertThat(node.offsetsLog().logEndOffset()).isEqualTo(end + 5);
            assertThat(node.offsetsLog().sizeBytes()).isLessThan(before / 5);
            for (int group = 0; group < 5; group++) {
                assertThat(committed(node, "g" + group, 0)).isEqualTo(group == 0 ? 200 : 195 + group);
            }
            commitMany(node, 201, 201);
            node.restart();
            assertThat(committed(node, "g1", 0)).isEqualTo(201);
            assertThat(committed(node, "g2", 0)).isEqualTo(197);
        }
    }

    @Test
    void aLogThatGrowsIsRewrittenWhileItServes() throws Exception {
        Map<String, ?> settings = Map.of(
                "weir.offsets.compaction.threshold.bytes", 10_000L, "weir.offsets.compaction.check.interval.ms", 20L);
        try (Fixture node = Fixture.ready(settings)) {
            commitMany(node, 1, 150);
            Fixture.await(() -> node.offsetsLog().logStartOffset() > 0);
            node.awaitLoaded();
            Fixture.await(() -> {
                try {
                    return committed(node, "g4", 0) == 149;
                } catch (org.apache.kafka.common.errors.RetriableException loading) {
                    return false;
                } catch (Exception unexpected) {
                    throw new AssertionError(unexpected);
                }
            });
        }
    }

    @Test
    void aLogOfLiveRecordsIsLeftAlone() throws Exception {
        try (Fixture node = Fixture.ready(SMALL)) {
            for (int group = 0; group < 200; group++) {
                node.send(OffsetCommitResponseData.class, commit("live" + group, Fixture.ORDERS, 0, group));
            }
            long end = node.offsetsLog().logEndOffset();
            node.restart();
            assertThat(node.offsetsLog().logStartOffset()).isZero();
            assertThat(node.offsetsLog().logEndOffset()).isEqualTo(end);
            assertThat(committed(node, "live199", 0)).isEqualTo(199);
        }
    }
}
