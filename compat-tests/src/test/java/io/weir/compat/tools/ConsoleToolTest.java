package io.weir.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.tools.ConsoleProducer;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kafka-console-producer.sh} and {@code kafka-console-consumer.sh}. */
@ExtendWith(SharedServer.class)
class ConsoleToolTest {
    private final Cluster cluster;
    private final String topic;

    ConsoleToolTest(Cluster cluster) {
        this.cluster = cluster;
        this.topic = cluster.topic(1);
    }

    @Test
    void whatOneTypesTheOtherPrints() throws Exception {
        var produced = new Tool(ConsoleProducer::main)
                .withInput("h1:v1\tkey1\tone\nNULL\tkey2\ttwo\nNULL\tkey3\tthrée\n")
                .run(Arguments.of(
                        cluster,
                        "--topic",
                        topic,
                        "--reader-property",
                        "parse.key=true",
                        "--reader-property",
                        "parse.headers=true",
                        "--reader-property",
                        "null.marker=NULL",
                        "--compression-codec",
                        "zstd"));
        assertThat(produced.status()).as(produced.err()).isZero();

        var consumed = new Tool(ConsoleConsumer::main)
                .run(Arguments.of(
                        cluster,
                        "--topic",
                        topic,
                        "--from-beginning",
                        "--max-messages",
                        "3",
                        "--timeout-ms",
                        "20000",
                        "--formatter-property",
                        "print.key=true",
                        "--formatter-property",
                        "print.offset=true",
                        "--formatter-property",
                        "print.headers=true"));
        assertThat(consumed.status()).as(consumed.err()).isZero();
        assertThat(consumed.out().lines())
                .containsExactly(
                        "Offset:0\th1:v1\tkey1\tone",
                        "Offset:1\tNO_HEADERS\tkey2\ttwo",
                        "Offset:2\tNO_HEADERS\tkey3\tthrée");
        assertThat(consumed.err()).contains("Processed a total of 3 messages");
    }

    @Test
    void readsFromAnOffsetOfAPartition() throws Exception {
        Records.sendNumbers(cluster.producer(), new TopicPartition(topic, 0), 20);

        var consumed = new Tool(ConsoleConsumer::main)
                .run(Arguments.of(
                        cluster,
                        "--topic",
                        topic,
                        "--partition",
                        "0",
                        "--offset",
                        "15",
                        "--max-messages",
                        "5",
                        "--timeout-ms",
                        "20000",
                        "--isolation-level",
                        "read_committed"));

        assertThat(consumed.out().lines()).containsExactly("15", "16", "17", "18", "19");
    }

    @Test
    void readsAsAMemberOfAGroup() throws Exception {
        Records.sendNumbers(cluster.producer(), new TopicPartition(topic, 0), 5);
        String group = Cluster.name("group");

        var first = new Tool(ConsoleConsumer::main)
                .run(Arguments.of(
                        cluster,
                        "--topic",
                        topic,
                        "--group",
                        group,
                        "--from-beginning",
                        "--max-messages",
                        "5",
                        "--timeout-ms",
                        "20000"));
        assertThat(first.out().lines()).hasSize(5);

        var second = new Tool(ConsoleConsumer::main)
                .run(Arguments.of(
                        cluster, "--topic", topic, "--group", group, "--from-beginning", "--timeout-ms", "2000"));
        assertThat(second.err()).contains("Processed a total of 0 messages");
    }
}
