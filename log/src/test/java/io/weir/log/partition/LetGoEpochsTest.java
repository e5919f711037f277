package io.weir.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class LetGoEpochsTest {
    private final LetGoEpochs letGo = new LetGoEpochs();
    private final Uuid topic = Uuid.randomUuid();

    private static TopicIdPartition partition(Uuid topic, int index) {
        return new TopicIdPartition(topic, new TopicPartition("orders", index));
    }

    @Test
    void theLatestEpochOfEachPartitionCounts() {
        letGo.letGo(partition(topic, 0), 7);
        letGo.letGo(partition(topic, 0), 5);
        letGo.letGo(partition(topic, 1), 2);
        assertThat(letGo.of(partition(topic, 0))).isEqualTo(7);
        assertThat(letGo.of(partition(topic, 1))).isEqualTo(2);
        assertThat(letGo.of(partition(topic, 2))).isZero();
        assertThat(letGo.of(partition(Uuid.randomUuid(), 0))).isZero();

        letGo.taken(partition(topic, 0));
        assertThat(letGo.of(partition(topic, 0))).isZero();
        assertThat(letGo.of(partition(topic, 1))).isEqualTo(2);
        letGo.taken(partition(topic, 1));
        assertThat(letGo.topics()).isZero();
    }

    @Test
    void underWhichEpochAPartitionLeftIsKnownUntilItIsThisNodesAgain() {
        letGo.left(partition(topic, 0), 4);
        letGo.left(partition(topic, 1), 5);
        letGo.letGo(partition(topic, 0), 5);
        assertThat(letGo.leftUnder(partition(topic, 0))).hasValue(4);
        assertThat(letGo.leftUnder(partition(topic, 2))).isEmpty();

        letGo.taken(partition(topic, 0));
        assertThat(letGo.leftUnder(partition(topic, 0))).isEmpty();
        letGo.ended(List.of(topic));
        letGo.left(partition(topic, 1), 5);
        assertThat(letGo.leftUnder(partition(topic, 1)))
                .as("its topic has ended")
                .isEmpty();
    }

    @Test
    void topicsThatEndLeaveNothingBehindThoughNodesAskLate() {
        Uuid other = Uuid.randomUuid();
        letGo.letGo(partition(other, 0), 3);
        List<Uuid> gone = new ArrayList<>();
        for (int i = 0; i < LetGoEpochs.ENDED_TOPICS; i++) {
            gone.add(Uuid.randomUuid());
            letGo.letGo(partition(gone.get(i), 0), 3);
        }
        letGo.ended(gone);
        assertThat(letGo.topics()).isEqualTo(1);

        for (Uuid late : gone) {
            letGo.letGo(partition(late, 1), 4);
        }
        assertThat(letGo.topics()).isEqualTo(1);
        assertThat(letGo.of(partition(other, 0))).as("a topic that lives").isEqualTo(3);
    }

    @Test
    void whatIsKnownOfEndedTopicsIsBounded() {
        Uuid first = Uuid.randomUuid();
        letGo.ended(List.of(first));
        for (int i = 0; i < LetGoEpochs.ENDED_TOPICS; i++) {
            letGo.ended(List.of(Uuid.randomUuid()));
        }
        letGo.letGo(partition(first, 0), 2);
        assertThat(letGo.topics()).as("the first has been forgotten").isEqualTo(1);
    }
}
