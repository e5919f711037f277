package io.weir.broker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.BrokerConfig;
import io.weir.broker.fake.TestBroker;
import io.weir.log.PartitionStatus.State;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokerMetricsTest {
    private final TestBroker broker = new TestBroker(
            new BrokerConfig(
                    1_000,
                    Duration.ofSeconds(1),
                    10,
                    10,
                    1,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    2),
            Runnable::run);

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void topicsBeyondTheBoundShareOneSetOfCounters() {
        for (String topic : new String[] {"a", "b", "c", "d"}) {
            broker.metrics.topic(topic).produced(10, 1);
        }

        assertThat(produced("a")).isEqualTo(10);
        assertThat(produced("c")).isZero();
        assertThat(produced(BrokerMetrics.OTHER_TOPICS)).isEqualTo(20);
    }

    @Test
    void aDeletedTopicMakesRoom() {
        broker.metrics.topic("a").produced(10, 1);
        broker.metrics.topic("b").produced(10, 1);

        broker.metrics.forget("a");
        broker.metrics.topic("c").produced(7, 1);

        assertThat(produced("a")).isZero();
        assertThat(produced("c")).isEqualTo(7);
    }

    @Test
    void partitionsAreCountedByState() {
        broker.second.state = State.RECOVERING;

        assertThat(broker.metric("weir_partitions", "state", "writable")).isEqualTo(1);
        assertThat(broker.metric("weir_partitions", "state", "recovering")).isEqualTo(1);
        assertThat(broker.metric("weir_partitions", "state", "failed")).isZero();
    }

    private double produced(String topic) {
        return broker.metric("weir_produce_bytes", "topic", topic);
    }
}
