package io.weir.coordinator;

import static io.weir.coordinator.Groups.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData.Assignment;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol in which the coordinator assigns (KIP-848). */
final class ConsumerGroupTest {
    private Fixture node;

    @BeforeEach
    void start() throws Exception {
        node = Fixture.ready();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** A member that takes over and gives up at once what it is told to. */
    private final class Member {
        private final Uuid id = Uuid.randomUuid();
        private int epoch;
        private Assignment owned = new Assignment();

        ConsumerGroupHeartbeatResponseData beat() throws Exception {
            ConsumerGroupHeartbeatRequestData data = heartbeat("g", id, epoch).data();
            if (epoch > 0) {
                data.setTopicPartitions(Groups.owned(owned));
            }
            ConsumerGroupHeartbeatResponseData answer =
                    node.send(ConsumerGroupHeartbeatResponseData.class, heartbeat(data));
            if (answer.errorCode() == 0) {
                epoch = answer.memberEpoch();
                if (answer.assignment() != null) {
                    owned = answer.assignment();
                }
            }
            return answer;
        }

        Set<Integer> partitions() {
            Set<Integer> partitions = new HashSet<>();
            owned.topicPartitions().forEach(topic -> {
                assertThat(topic.topicId()).isEqualTo(Fixture.ORDERS_ID);
                partitions.addAll(topic.partitions());
            });
            return partitions;
        }
    }

    private void beatUntil(java.util.function.BooleanSupplier settled, Member... members) {
        Fixture.await(() -> {
            for (Member member : members) {
                try {
                    assertThat(member.beat().errorCode()).isZero();
                } catch (Exception unexpected) {
                    throw new AssertionError(unexpected);
                }
            }
            return settled.getAsBoolean();
        });
    }

    private ConsumerGroupDescribeResponseData.DescribedGroup describe() throws Exception {
        return node.send(
                        ConsumerGroupDescribeResponseData.class,
                        new ConsumerGroupDescribeRequest.Builder(
                                        new ConsumerGroupDescribeRequestData().setGroupIds(List.of("g")))
                                .build())
                .groups()
                .getFirst();
    }

    @Test
    void partitionsAreSharedOutAndComeBackWhenAMemberLeaves() throws Exception {
        Member first = new Member();
        beatUntil(() -> first.partitions().equals(Set.of(0, 1, 2)), first);

        Member second = new Member();
        beatUntil(
                () -> !second.partitions().isEmpty()
                        && first.partitions().size() + second.partitions().size() == 3,
                first,
                second);
        Set<Integer> all = new HashSet<>(first.partitions());
        all.addAll(second.partitions());
        assertThat(all).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(describe().members()).hasSize(2);
        assertThat(describe().groupState()).isEqualTo("Stable");

        ConsumerGroupHeartbeatResponseData left =
                node.send(ConsumerGroupHeartbeatResponseData.class, heartbeat("g", second.id, -1));
        assertThat(left.memberEpoch()).isEqualTo(-1);
        beatUntil(() -> first.partitions().equals(Set.of(0, 1, 2)), first);
    }

    @Test
    void aNewTopicOfTheSubscriptionIsAssignedWithoutAskingAgain() throws Exception {
        Uuid id = new Uuid(9, 9);
        ConsumerGroupHeartbeatRequestData join =
                heartbeat("g", Uuid.randomUuid(), 0).data();
        join.setSubscribedTopicNames(List.of("later"));
        ConsumerGroupHeartbeatResponseData joined =
                node.send(ConsumerGroupHeartbeatResponseData.class, heartbeat(join));
        assertThat(joined.assignment().topicPartitions()).isEmpty();

        node.apply(FakeCluster.topic("later", id, 1, FakeCluster.NODE));
        List<Assignment> given = new ArrayList<>();
        int[] epoch = {joined.memberEpoch()};
        Fixture.await(() -> {
            ConsumerGroupHeartbeatRequestData beat = new ConsumerGroupHeartbeatRequestData()
                    .setGroupId("g")
                    .setMemberId(join.memberId())
                    .setMemberEpoch(epoch[0]);
            try {
                ConsumerGroupHeartbeatResponseData answer =
                        node.send(ConsumerGroupHeartbeatResponseData.class, heartbeat(beat));
                assertThat(answer.errorCode()).isZero();
                epoch[0] = answer.memberEpoch();
                if (answer.assignment() != null) {
                    given.add(answer.assignment());
                }
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
            return given.stream().anyMatch(some -> !some.topicPartitions().isEmpty());
        });
        assertThat(given.getLast().topicPartitions().getFirst().topicId()).isEqualTo(id);
    }

    @Test
    void anUnknownEpochIsFencedAndBadRequestsAreNamed() throws Exception {
        Member member = new Member();
        member.beat();
        member.epoch = 77;
        assertThat(Errors.forCode(member.beat().errorCode())).isEqualTo(Errors.FENCED_MEMBER_EPOCH);

        ConsumerGroupHeartbeatRequestData data =
                heartbeat("g", Uuid.randomUuid(), 0).data();
        ConsumerGroupHeartbeatResponseData answer =
                node.send(ConsumerGroupHeartbeatResponseData.class, heartbeat(data.setServerAssignor("nobody")));
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.UNSUPPORTED_ASSIGNOR);
        assertThat(answer.errorMessage()).contains("uniform");
    }

    @Test
    void aGroupsOwnSettingsAreFollowed() throws Exception {
        node.apply(FakeCluster.groupConfig("g", "consumer.heartbeat.interval.ms", "7000"));
        assertThat(new Member().beat().heartbeatIntervalMs()).isEqualTo(7_000);
        node.apply(FakeCluster.groupConfig("g", "consumer.heartbeat.interval.ms", null));
        Fixture.await(() -> {
            try {
                return new Member().beat().heartbeatIntervalMs() == 5_000;
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
        });
    }

    @Test
    void membersAndAssignmentsSurviveARestart() throws Exception {
        Member member = new Member();
        beatUntil(() -> member.partitions().equals(Set.of(0, 1, 2)), member);
        int epoch = member.epoch;

        node.restart();

        assertThat(member.beat().errorCode()).isZero();
        assertThat(member.epoch).isEqualTo(epoch);
        assertThat(member.partitions()).isEqualTo(Set.of(0, 1, 2));
        assertThat(describe().assignmentEpoch()).isEqualTo(epoch);
    }
}
