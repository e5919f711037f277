package io.weir.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.load.Latencies;
import io.weir.bench.soak.Problems.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToDoubleFunction;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final double MIB = 1 << 20;

    private final Problems problems = new Problems();
    private final Ledger ledger = new Ledger(problems);

    VerdictTest() {
        ledger.open(PARTITION, false);
    }

    private void deliver(long offset, long number) {
        ledger.delivered("group", PARTITION, offset, Numbered.value(number, 100));
    }

    @Test
    void everyRecordOnceAndSomeAgainAfterARebalanceIsFine() {
        for (long n = 0; n < 10; n++) {
            ledger.acknowledged(PARTITION, n, n);
            deliver(n, n);
        }
        deliver(7, 7);
        assertThat(problems.none()).isTrue();
        assertThat(ledger.repeated()).isEqualTo(1);
        assertThat(ledger.unseen(List.of("group"))).isZero();
        assertThat(ledger.unseen(List.of("group", "other"))).isEqualTo(10);
    }

    @Test
    void aRecordThatIsSkippedIsLost() {
        deliver(0, 0);
        deliver(2, 2);
        assertThat(problems.counts()).containsOnlyKeys(Kind.LOSS);
    }

    @Test
    void aRecordThatIsMissingMovesAllOthers() {
        deliver(0, 0);
        deliver(1, 2);
        assertThat(problems.counts()).containsOnlyKeys(Kind.LOSS);
    }

    @Test
    void aRecordThatIsThereTwiceMovesAllOthers() {
        deliver(0, 0);
        deliver(1, 0);
        assertThat(problems.counts()).containsOnlyKeys(Kind.DUPLICATE);
    }

    @Test
    void aFlippedBitIsDamage() {
        byte[] value = Numbered.value(0, 100);
        value[50] ^= 1;
        ledger.delivered("group", PARTITION, 0, value);
        assertThat(problems.counts()).containsOnlyKeys(Kind.DAMAGE);
    }

    @Test
    void aCommitThatIsForgottenIsNoticed() {
        ledger.committed("group", PARTITION, 5);
        ledger.began("group", PARTITION, ledger.committed("group", PARTITION), 5);
        assertThat(problems.none()).isTrue();
        ledger.began("group", PARTITION, ledger.committed("group", PARTITION), 4);
        assertThat(problems.counts()).containsOnlyKeys(Kind.COMMIT_FORGOTTEN);
    }

    @Test
    void whatStaysAsItIsIsSound() {
        assertThat(Judge.judge(samples(40, i -> 100 * MIB, i -> 5)))
                .isNotEmpty()
                .allMatch(Judge.Finding::sound);
    }

    @Test
    void whatGrowsAllTheTimeIsALeakAndTheWarmingUpIsNot() {
        assertThat(Judge.judge(samples(40, i -> (100 + 3 * i) * MIB, i -> 5)))
                .anyMatch(finding -> finding.name().equals(Sampler.HEAP) && !finding.sound());
        assertThat(Judge.judge(samples(40, i -> Math.min(100, 30 * i) * MIB, i -> 5)))
                .allMatch(Judge.Finding::sound);
    }

    @Test
    void whatGetsSlowerIsDrift() {
        assertThat(Judge.judge(samples(40, i -> 100 * MIB, i -> i * i)))
                .anyMatch(finding -> finding.name().equals(Sampler.LATENCY) && !finding.sound());
    }

    @Test
    void aShortLifeIsNotJudged() {
        assertThat(Judge.judge(samples(8, i -> 100 * MIB * i, i -> i))).isEmpty();
    }

    private static List<Sample> samples(int count, IntToDoubleFunction bytes, IntToDoubleFunction latencyMs) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, Double> values = new HashMap<>();
            values.put(Sampler.HEAP, bytes.applyAsDouble(i));
            values.put(Sampler.FILES, 100.0);
            Latencies latencies = new Latencies();
            latencies.record((long) (latencyMs.applyAsDouble(i) * TimeUnit.MILLISECONDS.toNanos(1)));
            samples.add(new Sample(1, i, values, latencies));
        }
        return samples;
    }
}
