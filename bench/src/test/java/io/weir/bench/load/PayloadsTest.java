package io.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PayloadsTest {
    @Test
    void recordsHaveTheirSizeAndAreTheSameInEveryRun() {
        assertThat(new Payloads(100).of(1234)).hasSize(100).isEqualTo(new Payloads(100).of(1234));
    }

    @Test
    void aStampedRecordCarriesItsMomentAndLeavesTheOthersAlone() {
        Payloads payloads = new Payloads(100);
        byte[] before = payloads.of(5).clone();
        byte[] stamped = payloads.stamped(5, 123_456_789_012L);
        assertThat(Payloads.stamp(stamped)).isEqualTo(123_456_789_012L);
        assertThat(payloads.of(5)).isEqualTo(before);
    }
}
