package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.Call;
import io.weir.proxy.support.TestCluster;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProduceTest {
    private final TestCluster cluster = new TestCluster();
    private Uuid orders = Uuid.ZERO_UUID;

    @BeforeEach
    void twoOwners() {
        orders = cluster.view.createTopic("orders", 1, 2, 1, -1);
        cluster.view.createTopic("logs", 2, 2);
        cluster.broker(1).on(ApiKeys.PRODUCE, call -> answer(call, 1));
        cluster.broker(2).on(ApiKeys.PRODUCE, call -> answer(call, 2));
    }

    /** Base offset: a thousand times the owner, and the partition. */
    static ApiMessage answer(Call call, int owner) {
        ProduceResponseData response = new ProduceResponseData();
        for (TopicProduceData topic : ((ProduceRequest) call.request()).data().topicData()) {
            TopicProduceResponse result =
                    new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId());
            for (PartitionProduceData partition : topic.partitionData()) {
                assertThat(partition.records().sizeInBytes()).isPositive();
                result.partitionResponses()
                        .add(new PartitionProduceResponse()
                                .setIndex(partition.index())
                                .setBaseOffset(1000L * owner + partition.index()));
            }
            response.responses().add(result);
        }
        return response;
    }

    static TopicProduceData topic(String name, Uuid id, int... partitions) {
        TopicProduceData topic = new TopicProduceData().setName(name).setTopicId(id);
        for (int partition : partitions) {
            topic.partitionData()
                    .add(new PartitionProduceData()
                            .setIndex(partition)
                            .setRecords(MemoryRecords.withRecords(
                                    Compression.NONE,
                                    new SimpleRecord(("record " + partition).getBytes(StandardCharsets.UTF_8)))));
        }
        return topic;
    }

    static ProduceRequestData request(int acks, TopicProduceData... topics) {
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) acks).setTimeoutMs(1000);
        for (TopicProduceData topic : topics) {
            request.topicData().add(topic);
        }
        return request;
    }

    private ProduceResponseData ask(int version, ProduceRequestData request) {
        return cluster.ask(ProduceResponseData.class, ApiKeys.PRODUCE, version, request);
    }

    private static List<String> flat(ProduceResponseData answer) {
        List<String> flat = new ArrayList<>();
        answer.responses()
                .forEach(topic -> topic.partitionResponses()
                        .forEach(p -> flat.add(topic.name() + p.index() + "="
                                + (p.errorCode() == 0 ? p.baseOffset() : Errors.forCode(p.errorCode())))));
        return flat;
    }

    @Test
    void oneOwnerGetsTheVeryCall() {
        Call call = cluster.call(ApiKeys.PRODUCE, 12, request(-1, topic("orders", Uuid.ZERO_UUID, 0, 2)));

        ProduceResponseData answer = (ProduceResponseData) TestCluster.now(cluster.proxy.call(call));

        assertThat(cluster.broker(1).lastCall()).isSameAs(call);
        assertThat(flat(answer)).containsExactly("orders0=1000", "orders2=1002");
        assertThat(cluster.broker(2).calls()).isEmpty();
        assertThat(cluster.counter("weir_proxy_forwarded_requests")).isEqualTo(1);
    }

    @Test
    void severalOwnersAreMergedInTheOrderOfTheRequest() {
        ProduceResponseData answer =
                ask(12, request(1, topic("logs", Uuid.ZERO_UUID, 1), topic("orders", Uuid.ZERO_UUID, 2, 1, 9, 0, 3)));

        assertThat(flat(answer))
                .containsExactly(
                        "logs1=2001",
                        "orders2=1002",
                        "orders1=2001",
                        "orders9=UNKNOWN_TOPIC_OR_PARTITION",
                        "orders0=1000",
                        "orders3=NOT_LEADER_OR_FOLLOWER");
        ProduceRequest part = (ProduceRequest) cluster.broker(2).lastCall().request();
        assertThat(part.acks()).isEqualTo((short) 1);
        assertThat(part.timeout()).isEqualTo(1000);
        assertThat(part.version()).isEqualTo((short) 12);
        assertThat(part.data().topicData()).hasSize(2);
    }

    @Test
    void topicsGoByIdFromVersion13() {
        Uuid gone = new Uuid(4, 4);
        ProduceResponseData answer = ask(13, request(-1, topic("", orders, 0, 1), topic("", gone, 0)));

        assertThat(answer.responses().find("", orders).partitionResponses())
                .extracting(PartitionProduceResponse::baseOffset)
                .containsExactly(1000L, 2001L);
        assertThat(answer.responses().find("", gone).partitionResponses())
                .extracting(PartitionProduceResponse::errorCode)
                .containsExactly(Errors.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void anOwnerThatIsAwaySpoilsOnlyItsOwn() {
        cluster.broker(2)
                .onAsync(
                        ApiKeys.PRODUCE,
                        call -> CompletableFuture.failedFuture(
                                new WeirException(FaultKind.UNAVAILABLE, "node 2 is away")));
        assertThat(flat(ask(9, request(-1, topic("orders", Uuid.ZERO_UUID, 0, 1)))))
                .containsExactly("orders0=1000", "orders1=NOT_LEADER_OR_FOLLOWER");
    }

    @Test
    void whereNewLeadersAreIsToldOnce() {
        cluster.broker(2).on(ApiKeys.PRODUCE, call -> {
            ProduceResponseData response = (ProduceResponseData) answer(call, 2);
            response.nodeEndpoints()
                    .add(new NodeEndpoint().setNodeId(5).setHost("five").setPort(1));
            return response;
        });
        ProduceResponseData answer =
                ask(12, request(-1, topic("orders", Uuid.ZERO_UUID, 0, 1), topic("logs", Uuid.ZERO_UUID, 0, 1)));
        assertThat(answer.nodeEndpoints()).hasSize(1);
        assertThat(answer.nodeEndpoints().find(5).host()).isEqualTo("five");
    }

    @Test
    void withoutAcknowledgementNobodyAnswers() {
        cluster.broker(1).on(ApiKeys.PRODUCE, call -> null);
        cluster.broker(2).on(ApiKeys.PRODUCE, call -> null);

        assertThat(TestCluster.now(cluster.send(ApiKeys.PRODUCE, 12, request(0, topic("orders", orders, 0)))))
                .isNull();
        assertThat(TestCluster.now(cluster.send(ApiKeys.PRODUCE, 12, request(0, topic("orders", orders, 0, 1)))))
                .isNull();
        assertThat(cluster.broker(2).calls()).hasSize(1);
        // What cannot be told must be seen: the connection closes on a failed call.
        assertThat(TestCluster.errorOf(cluster.send(ApiKeys.PRODUCE, 12, request(0, topic("orders", orders, 0, 9)))))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(cluster.broker(1).calls()).as("the rest was written").hasSize(3);
    }
}
