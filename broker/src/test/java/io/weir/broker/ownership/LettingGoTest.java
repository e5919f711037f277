package io.weir.broker.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.fake.CountedOwner;
import io.weir.broker.fake.TestBroker;
import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.log.PriorOwners.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both halves of a hand-over, with the bytes of the wire between them. */
class LettingGoTest {
    private static final TopicIdPartition FIRST = new TopicIdPartition(TestBroker.ORDERS, TestBroker.FIRST);
    private static final TopicIdPartition SECOND = new TopicIdPartition(TestBroker.ORDERS, TestBroker.SECOND);

    private final TestBroker broker = new TestBroker();
    private final HandOver handOver = new HandOver(2, node -> new Wire(), Duration.ofSeconds(20));

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void partitionsAreLetGoForANewerEpoch() {
        Map<TopicIdPartition, Answer> answer =
                handOver.letGo(1, Map.of(FIRST, 6, SECOND, 7)).resultNow();

        assertThat(answer)
                .as("it was open here under epoch 5: another may have had the second in between")
                .isEqualTo(Map.of(FIRST, Answer.LET_GO_WHOLE, SECOND, Answer.LET_GO));
        assertThat(broker.partitions.asked)
                .containsExactlyInAnyOrder("release orders-0 epoch 6", "release orders-1 epoch 7");
        assertThat(broker.partitions.find(TestBroker.FIRST)).isEmpty();
        assertThat(broker.metric("weir_partition_transitions", "to", "released", "reason", "asked"))
                .isEqualTo(2);
    }

    @Test
    void askerThatIsLateIsTold() {
        Map<TopicIdPartition, Answer> answer =
                handOver.letGo(1, Map.of(FIRST, 5, SECOND, 4)).resultNow();

        assertThat(answer).isEqualTo(Map.of(FIRST, Answer.SUPERSEDED, SECOND, Answer.SUPERSEDED));
        assertThat(broker.partitions.find(TestBroker.FIRST)).isPresent();
    }

    @Test
    void whatWasNeverHereIsLetGoSoThatItDoesNotComeLate() {
        TopicIdPartition unknown = new TopicIdPartition(new Uuid(7, 7), new TopicPartition("later", 3));

        Map<TopicIdPartition, Answer> answer =
                handOver.letGo(1, Map.of(unknown, 1)).resultNow();

        assertThat(answer).isEqualTo(Map.of(unknown, Answer.LET_GO));
        assertThat(broker.partitions.asked).containsExactly("release later-3 epoch 1");
    }

    @Test
    void topicOfTheSameNameThatWasMadeAnewIsNotTouched() {
        TopicIdPartition anew = new TopicIdPartition(new Uuid(9, 9), TestBroker.FIRST);

        Map<TopicIdPartition, Answer> answer =
                handOver.letGo(1, Map.of(anew, 9)).resultNow();

        assertThat(answer).isEqualTo(Map.of(anew, Answer.LET_GO));
        assertThat(broker.partitions.find(TestBroker.FIRST)).isPresent();
    }

    @Test
    void whatCannotBeWrittenIsNotLetGo() {
        broker.partitions.fault = new WeirException(FaultKind.UNAVAILABLE, "the store is away");

        Map<TopicIdPartition, Answer> answer =
                handOver.letGo(1, Map.of(FIRST, 6)).resultNow();

        assertThat(answer).isEmpty();
    }

    @Test
    void nodeThatIsNotThereIsAFailure() {
        HandOver nobody = new HandOver(
                2,
                node -> {
                    throw new IllegalArgumentException("no node " + node);
                },
                Duration.ofSeconds(20));

        assertThat(nobody.letGo(9, Map.of(FIRST, 6))).isCompletedExceptionally();
    }

    @Test
    void clientThatPretendsToBeANodeGetsAClientsAnswer() {
        OffsetForLeaderEpochRequestData data = new OffsetForLeaderEpochRequestData().setReplicaId(2);
        OffsetForLeaderTopic topic = new OffsetForLeaderTopic()
                .setTopic("orders")
                .setPartitions(List.of(new OffsetForLeaderPartition()
                        .setPartition(0)
                        .setCurrentLeaderEpoch(6)
                        .setLeaderEpoch(6)));
        topic.unknownTaggedFields().add(TopicIdField.of(TestBroker.ORDERS));
        data.topics().add(topic);

        OffsetForLeaderEpochResponseData answer = broker.<OffsetForLeaderEpochResponseData>call(
                        OffsetsForLeaderEpochRequest.parse(
                                MessageUtil.toByteBufferAccessor(data, (short) 4), (short) 4))
                .resultNow();

        assertThat(Errors.forCode(
                        answer.topics().find("orders").partitions().getFirst().errorCode()))
                .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
        assertThat(broker.partitions.asked).isEmpty();
    }

    /** The broker's service behind its bytes; the context stays that of the internal listener. */
    private final class Wire implements Service {
        @Override
        public Set<ApiKeys> apis() {
            return broker.service.apis();
        }

        @Override
        public CompletableFuture<? extends ApiMessage> call(Call call) {
            AbstractRequest parsed = AbstractRequest.parseRequest(
                            call.api(),
                            call.version(),
                            new ByteBufferAccessor(MessageUtil.toByteBufferAccessor(
                                            call.request().data(), call.version())
                                    .buffer()))
                    .request;
            return broker.service.call(new Call(call.context(), parsed, call.localAddress(), new CountedOwner()));
        }
    }
}
