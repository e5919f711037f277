package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.RawProducer;
import io.weir.compat.support.Records;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.CompressionType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What codec the batches have that lie in the log: the producer's, unless the topic asks for its own. */
@ExtendWith(SharedServer.class)
class CodecTest {
    private final Cluster cluster;

    CodecTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest
    @CsvSource({
        "gzip,producer,GZIP",
        "none,producer,NONE",
        "none,zstd,ZSTD",
        "gzip,lz4,LZ4",
        "zstd,uncompressed,NONE",
        "snappy,gzip,GZIP"
    })
    void theTopicsCodecWins(String producers, String topics, CompressionType stored) throws Exception {
        TopicPartition partition = new TopicPartition(cluster.topic(1, "compression.type", topics), 0);
        Records.sendNumbers(cluster.producer("compression.type", producers), partition, 100);

        try (RawProducer raw = new RawProducer(cluster.bootstrap())) {
            assertThat(raw.codecs(partition)).isNotEmpty().containsOnly(stored);
        }
        assertThat(Records.valuesOf(cluster.consumer(), partition, 100))
                .hasSize(100)
                .startsWith("0", "1");
    }
}
