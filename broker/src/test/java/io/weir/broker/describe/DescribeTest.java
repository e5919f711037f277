package io.weir.broker.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.broker.fake.Batches;
import io.weir.broker.fake.TestBroker;
import java.util.List;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDir;
import org.apache.kafka.common.message.AlterReplicaLogDirsRequestData.AlterReplicaLogDirTopic;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirPartitionResult;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterReplicaLogDirsRequest;
import org.apache.kafka.common.requests.DescribeLogDirsRequest;
import org.apache.kafka.common.requests.DescribeProducersRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DescribeTest {
    private final TestBroker broker = new TestBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    static List<Short> logDirsVersions() {
        return ApiKeys.DESCRIBE_LOG_DIRS.allVersions();
    }

    @ParameterizedTest
    @MethodSource("logDirsVersions")
    void oneDirectoryHoldsEverything(short version) {
        broker.first.put(Batches.of(3));

        DescribeLogDirsResponseData answer = broker.<DescribeLogDirsResponseData>call(
                        logDirs(new DescribeLogDirsRequestData().setTopics(null), version))
                .resultNow();

        assertThat(answer.results()).hasSize(1);
        DescribeLogDirsResult dir = answer.results().getFirst();
        assertThat(dir.logDir()).isEqualTo("/data/weir");
        assertThat(dir.totalBytes()).isEqualTo(1_000);
        assertThat(dir.usableBytes()).isEqualTo(400);
        assertThat(dir.topics()).hasSize(1);
        assertThat(dir.topics().getFirst().partitions())
                .extracting(DescribeLogDirsPartition::partitionSize)
                .containsExactlyInAnyOrder((long) Batches.of(3).sizeInBytes(), 0L);
        assertThat(TestBroker.written(answer, version)).isNotNull();
    }

    @Test
    void onlyWhatIsAskedForAndMayBeHereIsListed() {
        DescribeLogDirsRequestData asked = new DescribeLogDirsRequestData();
        asked.topics().add(new DescribableLogDirTopic().setTopic("orders").setPartitions(List.of(1, 2, 9)));
        asked.topics().add(new DescribableLogDirTopic().setTopic("nowhere").setPartitions(List.of(0)));

        DescribeLogDirsResponseData answer = broker.<DescribeLogDirsResponseData>call(logDirs(asked, (short) 5))
                .resultNow();

        DescribeLogDirsResult dir = answer.results().getFirst();
        assertThat(dir.topics()).hasSize(1);
        assertThat(dir.topics().getFirst().partitions())
                .extracting(DescribeLogDirsPartition::partitionIndex)
                .as("that another node owns, too, as this one may have to")
                .containsExactly(1, 2);
        assertThat(dir.topics().getFirst().partitions().getLast().partitionSize())
                .isZero();
        assertThat(dir.topics().getFirst().partitions().getFirst().offsetLag()).isZero();
    }

    @Test
    void thereIsNoOtherDirectoryToMoveTo() {
        AlterReplicaLogDirsRequestData asked = new AlterReplicaLogDirsRequestData();
        asked.dirs().add(directory("/data/weir", 0, 9));
        asked.dirs().add(directory("/data/other", 1));

        AlterReplicaLogDirsResponseData answer = broker.<AlterReplicaLogDirsResponseData>call(
                        new AlterReplicaLogDirsRequest(asked, (short) 2))
                .resultNow();

        assertThat(answer.results()).hasSize(1);
        assertThat(answer.results().getFirst().partitions())
                .extracting(
                        AlterReplicaLogDirPartitionResult::partitionIndex,
                        partition -> Errors.forCode(partition.errorCode()))
                .containsExactlyInAnyOrder(
                        tuple(0, Errors.NONE),
                        tuple(1, Errors.LOG_DIR_NOT_FOUND),
                        tuple(9, Errors.UNKNOWN_TOPIC_OR_PARTITION));
        assertThat(TestBroker.written(answer, (short) 2)).isNotNull();
    }

    private static AlterReplicaLogDir directory(String path, Integer... partitions) {
        AlterReplicaLogDir directory = new AlterReplicaLogDir().setPath(path);
        directory.topics().add(new AlterReplicaLogDirTopic().setName("orders").setPartitions(List.of(partitions)));
        return directory;
    }

    @Test
    void producersAreListedByPartition() {
        broker.first.producers = List.of(new ProducerState().setProducerId(77).setLastSequence(4));
        DescribeProducersRequestData asked = new DescribeProducersRequestData();
        asked.topics().add(new TopicRequest().setName("orders").setPartitionIndexes(List.of(0, 1, 2, 9)));

        DescribeProducersResponseData answer = broker.<DescribeProducersResponseData>call(
                        new DescribeProducersRequest.Builder(asked).build((short) 0))
                .resultNow();

        List<PartitionResponse> partitions = answer.topics().getFirst().partitions();
        assertThat(partitions)
                .extracting(partition -> Errors.forCode(partition.errorCode()))
                .containsExactly(
                        Errors.NONE, Errors.NONE, Errors.NOT_LEADER_OR_FOLLOWER, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(partitions.getFirst().activeProducers())
                .extracting(ProducerState::producerId)
                .containsExactly(77L);
        assertThat(TestBroker.written(answer, (short) 0)).isNotNull();
    }

    private static DescribeLogDirsRequest logDirs(DescribeLogDirsRequestData data, short version) {
        return new DescribeLogDirsRequest(data, version);
    }
}
