package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.kafka.Call;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Kafka's own clients against a service that says yes. */
class KafkaClientsTest {
    private static final Uuid TOPIC = Uuid.randomUuid();

    private static ApiMessage answer(Call call) {
        return switch (call.api()) {
            case METADATA -> {
                MetadataResponseData data =
                        new MetadataResponseData().setClusterId("weir").setControllerId(1);
                data.brokers()
                        .add(new MetadataResponseData.MetadataResponseBroker()
                                .setNodeId(1)
                                .setHost(call.localAddress().getAddress().getHostAddress())
                                .setPort(call.localAddress().getPort()));
                data.topics()
                        .add(new MetadataResponseData.MetadataResponseTopic()
                                .setName("orders")
                                .setTopicId(TOPIC)
                                .setPartitions(List.of(new MetadataResponseData.MetadataResponsePartition()
                                        .setPartitionIndex(0)
                                        .setLeaderId(1)
                                        .setLeaderEpoch(3)
                                        .setReplicaNodes(List.of(1))
                                        .setIsrNodes(List.of(1)))));
                yield data;
            }
            case DESCRIBE_CLUSTER -> {
                DescribeClusterResponseData data =
                        new DescribeClusterResponseData().setClusterId("weir").setControllerId(1);
                data.brokers()
                        .add(new DescribeClusterResponseData.DescribeClusterBroker()
                                .setBrokerId(1)
                                .setHost("127.0.0.1")
                                .setPort(call.localAddress().getPort()));
                yield data;
            }
            case PRODUCE -> {
                ProduceResponseData data = new ProduceResponseData();
                ((ProduceRequest) call.request())
                        .data()
                        .topicData()
                        .forEach(topic -> data.responses()
                                .add(new ProduceResponseData.TopicProduceResponse()
                                        .setName(topic.name())
                                        .setTopicId(topic.topicId())
                                        .setPartitionResponses(
                                                List.of(new ProduceResponseData.PartitionProduceResponse()
                                                        .setIndex(0)
                                                        .setBaseOffset(42)))));
                yield data;
            }
            default -> throw new AssertionError("not served: " + call.api());
        };
    }

    @Test
    void producerAndAdminWork() throws Exception {
        StubService service = StubService.of(ApiKeys.METADATA, ApiKeys.DESCRIBE_CLUSTER, ApiKeys.PRODUCE)
                .answering(KafkaClientsTest::answer);
        try (WireFixture wire = new WireFixture(service)) {
            String bootstrap = "127.0.0.1:" + wire.address.getPort();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
                assertThat(admin.describeCluster().nodes().get(10, TimeUnit.SECONDS))
                        .hasSize(1);
            }
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers", bootstrap, "enable.idempotence", "false", "max.request.size", 8_000_000);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
                for (int bytes : List.of(10, 100_000, 5_000_000)) {
                    Future<RecordMetadata> sent = producer.send(new ProducerRecord<>("orders", new byte[bytes]));
                    assertThat(sent.get(10, TimeUnit.SECONDS).offset()).isEqualTo(42);
                }
            }
        }
    }
}
