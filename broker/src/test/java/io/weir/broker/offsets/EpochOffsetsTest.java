package io.weir.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.broker.fake.TestBroker;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EpochOffsetsTest {
    private final TestBroker broker = new TestBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    static List<Short> versions() {
        return ApiKeys.OFFSET_FOR_LEADER_EPOCH.allVersions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void tellsWhereAnEpochEnded(short version) {
        broker.first.epochEnds = Map.of(3, 40L);

        OffsetForLeaderEpochResponseData answer = broker.<OffsetForLeaderEpochResponseData>call(request(
                        version,
                        asked(0, 3),
                        asked(0, 9),
                        asked(1, 3).setCurrentLeaderEpoch(4),
                        asked(1, 3).setCurrentLeaderEpoch(6),
                        asked(2, 3),
                        asked(8, 3)))
                .resultNow();

        List<EpochEndOffset> ends = answer.topics().find("orders").partitions();
        assertThat(ends)
                .extracting(end -> Errors.forCode(end.errorCode()))
                .containsExactly(
                        Errors.NONE,
                        Errors.NONE,
                        Errors.FENCED_LEADER_EPOCH,
                        Errors.UNKNOWN_LEADER_EPOCH,
                        Errors.NOT_LEADER_OR_FOLLOWER,
                        Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(ends.get(0).leaderEpoch()).isEqualTo(3);
        assertThat(ends.get(0).endOffset()).isEqualTo(40);
        assertThat(ends.get(1).leaderEpoch()).isEqualTo(-1);
        assertThat(ends.get(1).endOffset()).isEqualTo(-1);
        assertThat(TestBroker.written(answer, version)).isNotNull();
    }

    private static OffsetForLeaderPartition asked(int partition, int epoch) {
        return new OffsetForLeaderPartition().setPartition(partition).setLeaderEpoch(epoch);
    }

    private static OffsetsForLeaderEpochRequest request(short version, OffsetForLeaderPartition... asked) {
        OffsetForLeaderEpochRequestData data = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        data.topics().add(new OffsetForLeaderTopic().setTopic("orders").setPartitions(List.of(asked)));
        return OffsetsForLeaderEpochRequest.parse(MessageUtil.toByteBufferAccessor(data, version), version);
    }
}
