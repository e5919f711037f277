package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.proxy.support.TestCluster;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DescribeTopicPartitionsTest {
    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void threeTopics() {
        cluster.view.createTopic("b", 1, 2, 1, 2, 1);
        cluster.view.createTopic("a", 1, 2);
        cluster.view.createTopic("c", 1);
    }

    private DescribeTopicPartitionsResponseData ask(DescribeTopicPartitionsRequestData request) {
        return cluster.ask(DescribeTopicPartitionsResponseData.class, ApiKeys.DESCRIBE_TOPIC_PARTITIONS, request);
    }

    @Test
    void pagesTogetherAreEverythingOnce() {
        List<String> seen = new ArrayList<>();
        Cursor cursor = null;
        int pages = 0;
        do {
            DescribeTopicPartitionsResponseData page = ask(new DescribeTopicPartitionsRequestData()
                    .setResponsePartitionLimit(3)
                    .setCursor(cursor));
            page.topics()
                    .forEach(topic -> topic.partitions().forEach(p -> seen.add(topic.name() + p.partitionIndex())));
            cursor = page.nextCursor() == null
                    ? null
                    : new Cursor()
                            .setTopicName(page.nextCursor().topicName())
                            .setPartitionIndex(page.nextCursor().partitionIndex());
            pages++;
        } while (cursor != null && pages < 10);

        assertThat(pages).isEqualTo(3);
        assertThat(seen).containsExactly("a0", "a1", "b0", "b1", "b2", "b3", "b4", "c0");
    }

    @Test
    void namedTopicsComeInOrderWithTheirErrors() {
        DescribeTopicPartitionsRequestData request = new DescribeTopicPartitionsRequestData();
        List.of("zz", "c", "bad/name", "a").forEach(name -> request.topics().add(new TopicRequest().setName(name)));

        DescribeTopicPartitionsResponseData answer = ask(request);

        assertThat(answer.topics()).extracting(t -> t.name()).containsExactly("a", "bad/name", "c", "zz");
        assertThat(answer.topics())
                .extracting(t -> Errors.forCode(t.errorCode()))
                .containsExactly(
                        Errors.NONE, Errors.INVALID_TOPIC_EXCEPTION, Errors.NONE, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(answer.topics().find("a").topicAuthorizedOperations()).isPositive();
    }

    @Test
    void aCursorMustFit() {
        DescribeTopicPartitionsRequestData request = new DescribeTopicPartitionsRequestData()
                .setCursor(new Cursor().setTopicName("a").setPartitionIndex(-1));
        assertThat(TestCluster.errorOf(cluster.send(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, 0, request)))
                .isEqualTo(Errors.INVALID_REQUEST);
        request.cursor().setPartitionIndex(0);
        request.topics().add(new TopicRequest().setName("b"));
        assertThat(TestCluster.errorOf(cluster.send(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, 0, request)))
                .isEqualTo(Errors.INVALID_REQUEST);

        // One beyond the last partition goes on with the next topic.
        DescribeTopicPartitionsResponseData answer = ask(new DescribeTopicPartitionsRequestData()
                .setCursor(new Cursor().setTopicName("b").setPartitionIndex(Integer.MAX_VALUE)));
        assertThat(answer.topics().find("b").partitions()).isEmpty();
        assertThat(answer.topics().find("c").partitions()).hasSize(1);
        assertThat(answer.nextCursor()).isNull();
    }

    @Test
    void theNodesLimitHoldsWhateverTheClientWants() {
        ProxyConfig config = ProxyConfig.defaults();
        TestCluster small = new TestCluster(new ProxyConfig(
                true,
                config.offsetsTopic(),
                true,
                2,
                config.fetch(),
                config.visibilityWait(),
                config.producerIdWait()));
        small.view.createTopic("t", 1, 1, 1);
        DescribeTopicPartitionsResponseData answer = small.ask(
                DescribeTopicPartitionsResponseData.class,
                ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
                new DescribeTopicPartitionsRequestData().setResponsePartitionLimit(1000));
        assertThat(answer.topics().find("t").partitions()).hasSize(2);
        assertThat(answer.nextCursor().partitionIndex()).isEqualTo(2);
    }
}
