package io.weir.compat.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class ManyTopicsTest {
    private static final int TOPICS = 200;
    private static final int PARTITIONS = 1_000;
    private final Cluster cluster;

    ManyTopicsTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void twoHundredTopicsWithARecordEach() {
        String prefix = Cluster.name("many");
        List<String> topics =
                IntStream.range(0, TOPICS).mapToObj(i -> prefix + "-" + i).toList();
        Cluster.get(cluster.admin()
                .createTopics(topics.stream()
                        .map(t -> new NewTopic(t, Optional.of(1), Optional.empty()))
                        .toList())
                .all());

        Records.send(cluster.producer(), TOPICS, i -> new ProducerRecord<>(topics.get(i), "k", "value of " + i));

        var consumer = cluster.consumer();
        consumer.assign(topics.stream().map(t -> new TopicPartition(t, 0)).toList());
        assertThat(Records.poll(consumer, TOPICS))
                .extracting(ConsumerRecord::topic)
                .containsExactlyInAnyOrderElementsOf(topics);

        Cluster.get(cluster.admin().deleteTopics(topics).all());
        assertThat(Cluster.get(cluster.admin().listTopics().names())).doesNotContainAnyElementsOf(topics);
    }

    @Test
    void aTopicOfAThousandPartitionsWithARecordEach() {
        String topic = cluster.topic(PARTITIONS);

        var sent = Records.send(
                cluster.producer(), PARTITIONS, i -> new ProducerRecord<>(topic, i, null, "value of " + i));
        assertThat(sent).allSatisfy(m -> assertThat(m.offset()).isZero());

        var consumer = cluster.consumer();
        consumer.assign(IntStream.range(0, PARTITIONS)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList());
        assertThat(Records.poll(consumer, PARTITIONS))
                .allSatisfy(r -> assertThat(r.value()).isEqualTo("value of " + r.partition()))
                .extracting(ConsumerRecord::partition)
                .doesNotHaveDuplicates();
        Cluster.get(cluster.admin().deleteTopics(List.of(topic)).all());
    }
}
