package io.weir.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.junit.jupiter.api.Test;

class WaitsTest {
    @Test
    void aRequestMayTakeAsLongAsItSays() {
        assertThat(Waits.milliseconds(new FetchRequestData().setMaxWaitMs(500))).isEqualTo(500);
        assertThat(Waits.milliseconds(new ProduceRequestData().setTimeoutMs(30_000)))
                .isEqualTo(30_000);
        assertThat(Waits.milliseconds(
                        new JoinGroupRequestData().setRebalanceTimeoutMs(-1).setSessionTimeoutMs(10_000)))
                .isEqualTo(10_000);
        assertThat(Waits.milliseconds(new MetadataRequestData())).isZero();
    }

    @Test
    void butNotForEverAndNotLessThanNothing() {
        assertThat(Waits.milliseconds(new FetchRequestData().setMaxWaitMs(Integer.MAX_VALUE)))
                .isEqualTo(30 * 60 * 1000);
        assertThat(Waits.milliseconds(new FetchRequestData().setMaxWaitMs(-5))).isZero();
    }
}
