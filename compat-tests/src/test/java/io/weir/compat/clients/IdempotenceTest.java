package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.FlakyProxy;
import io.weir.compat.support.RawProducer;
import io.weir.compat.support.Records;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class IdempotenceTest {
    private static final short EPOCH = 0;
    private final Cluster cluster;
    private final TopicPartition partition;

    IdempotenceTest(Cluster cluster) {
        this.cluster = cluster;
        this.partition = new TopicPartition(cluster.topic(1), 0);
    }

    @Test
    void aBatchSentAgainIsAcknowledgedAgainAndStoredOnce() throws Exception {
        try (RawProducer raw = new RawProducer(cluster.bootstrap())) {
            assertThat(raw.produce(partition, EPOCH, 0, 5).baseOffset()).isZero();
            assertThat(raw.produce(partition, EPOCH, 5, 5).baseOffset()).isEqualTo(5);
            assertThat(raw.produce(partition, EPOCH, 10, 5).baseOffset()).isEqualTo(10);

            var again = raw.produce(partition, EPOCH, 0, 5);
            assertThat(Errors.forCode(again.errorCode())).isEqualTo(Errors.NONE);
            assertThat(again.baseOffset()).isZero();
            assertThat(raw.produce(partition, EPOCH, 10, 5).baseOffset()).isEqualTo(10);
            assertThat(raw.produce(partition, EPOCH, 15, 1).baseOffset()).isEqualTo(15);
        }
        assertThat(Records.valuesOf(cluster.consumer(), partition, 16))
                .isEqualTo(IntStream.range(0, 16).mapToObj(Integer::toString).toList());
    }

    @Test
    void aGapInTheSequenceIsRefused() throws Exception {
        try (RawProducer raw = new RawProducer(cluster.bootstrap())) {
            raw.produce(partition, EPOCH, 0, 5);

            assertThat(error(raw, EPOCH, 6)).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
            assertThat(error(raw, EPOCH, 5)).isEqualTo(Errors.NONE);
        }
    }

    @Test
    void aNewerEpochStartsAtZeroAndFencesTheOlderOne() throws Exception {
        try (RawProducer raw = new RawProducer(cluster.bootstrap())) {
            raw.produce(partition, EPOCH, 0, 5);

            assertThat(error(raw, (short) 1, 5)).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
            assertThat(error(raw, (short) 1, 0)).isEqualTo(Errors.NONE);
            assertThat(error(raw, EPOCH, 5)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        }
    }

    @Test
    void aRetryOlderThanTheFiveRememberedBatchesIsRefused() throws Exception {
        try (RawProducer raw = new RawProducer(cluster.bootstrap())) {
            for (int i = 0; i < 8; i++) {
                assertThat(error(raw, EPOCH, i)).isEqualTo(Errors.NONE);
            }

            assertThat(error(raw, EPOCH, 0)).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
            assertThat(error(raw, EPOCH, 8)).isEqualTo(Errors.NONE);
        }
        assertThat(Records.valuesOf(cluster.consumer(), partition, 9)).hasSize(9);
    }

    @Test
    void lostAnswersLeaveNoDuplicates() throws Exception {
        int count = 5_000;
        try (FlakyProxy proxy = new FlakyProxy(cluster.bootstrap(), 7)) {
            var producer = cluster.producer(
                    "bootstrap.servers",
                    "127.0.0.1:" + proxy.port(),
                    "batch.size",
                    "400",
                    "retry.backoff.ms",
                    "10",
                    "reconnect.backoff.ms",
                    "10");
            Records.send(producer, count, i -> new ProducerRecord<>(partition.topic(), 0, null, Integer.toString(i)));
            assertThat(proxy.dropped()).as("answers lost").isPositive();
        }

        List<String> expected =
                IntStream.range(0, count).mapToObj(Integer::toString).toList();
        assertThat(Records.valuesOf(cluster.consumer(), partition, count)).isEqualTo(expected);
        assertThat(cluster.consumer().endOffsets(List.of(partition))).containsEntry(partition, (long) count);
    }

    private Errors error(RawProducer raw, short epoch, int sequence) {
        return Errors.forCode(raw.produce(partition, epoch, sequence, 1).errorCode());
    }
}
