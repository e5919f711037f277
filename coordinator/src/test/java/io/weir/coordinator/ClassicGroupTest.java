package io.weir.coordinator;

import static io.weir.coordinator.Groups.join;
import static io.weir.coordinator.Groups.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.HeartbeatRequest;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.OffsetDeleteRequest;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol of consumers that assign among themselves. */
final class ClassicGroupTest {
    private Fixture node;

    @BeforeEach
    void start() throws Exception {
        node = Fixture.ready();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private JoinGroupResponseData joined(String group) throws Exception {
        JoinGroupResponseData first = node.send(JoinGroupResponseData.class, join(group, ""));
        assertThat(Errors.forCode(first.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
        return node.send(JoinGroupResponseData.class, join(group, first.memberId()));
    }

    private Errors heartbeat(String group, int generation, String member) throws Exception {
        HeartbeatRequestData data = new HeartbeatRequestData()
                .setGroupId(group)
                .setGenerationId(generation)
                .setMemberId(member);
        return Errors.forCode(node.send(HeartbeatResponseData.class, new HeartbeatRequest.Builder(data).build())
                .errorCode());
    }

    private ListGroupsResponseData list(List<String> states, List<String> types) throws Exception {
        return node.send(
                ListGroupsResponseData.class,
                new ListGroupsRequest.Builder(new ListGroupsRequestData()
                                .setStatesFilter(states)
                                .setTypesFilter(types))
                        .build());
    }

    @Test
    void aMemberJoinsIsAssignedBeatsAndLeaves() throws Exception {
        JoinGroupResponseData joined = joined("g");
        String member = joined.memberId();
        assertThat(joined.errorCode()).isZero();
        assertThat(joined.leader()).isEqualTo(member);
        assertThat(joined.members()).hasSize(1);

        SyncGroupResponseData synced =
                node.send(SyncGroupResponseData.class, sync("g", joined.generationId(), member, member));
        assertThat(new String(synced.assignment(), StandardCharsets.UTF_8)).isEqualTo("for " + member);

        assertThat(heartbeat("g", joined.generationId(), member)).isEqualTo(Errors.NONE);
        assertThat(heartbeat("g", joined.generationId() + 1, member)).isEqualTo(Errors.ILLEGAL_GENERATION);
        assertThat(heartbeat("g", joined.generationId(), "stranger")).isEqualTo(Errors.UNKNOWN_MEMBER_ID);

        DescribeGroupsResponseData.DescribedGroup described = node.send(
                        DescribeGroupsResponseData.class,
                        new DescribeGroupsRequest.Builder(new DescribeGroupsRequestData()
                                        .setGroups(List.of("g"))
                                        .setIncludeAuthorizedOperations(true))
                                .build())
                .groups()
                .getFirst();
        assertThat(described.groupState()).isEqualTo("Stable");
        assertThat(described.members()).hasSize(1);
        assertThat(described.members().getFirst().clientId()).isEqualTo("test-client");
        assertThat(described.authorizedOperations()).isNotEqualTo(Integer.MIN_VALUE);

        LeaveGroupResponseData left = node.send(
                LeaveGroupResponseData.class,
                new LeaveGroupRequest.Builder("g", List.of(new MemberIdentity().setMemberId(member))).build());
        assertThat(left.errorCode()).isZero();
        assertThat(heartbeat("g", joined.generationId(), member)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aSecondMemberMakesTheFirstRejoinAndTheLeaderAssignsBoth() throws Exception {
        JoinGroupResponseData alone = joined("g");
        String first = alone.memberId();
        node.send(SyncGroupResponseData.class, sync("g", alone.generationId(), first, first));

        String second = node.send(JoinGroupResponseData.class, join("g", "")).memberId();
        var secondJoins = node.sendAsync(JoinGroupResponseData.class, join("g", second));
        Fixture.await(() -> {
            try {
                return heartbeat("g", alone.generationId(), first) == Errors.REBALANCE_IN_PROGRESS;
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
        });
        assertThat(secondJoins).isNotDone();

        JoinGroupResponseData leader = node.send(JoinGroupResponseData.class, join("g", first));
        JoinGroupResponseData follower = secondJoins.get(20, TimeUnit.SECONDS);
        assertThat(leader.generationId()).isEqualTo(follower.generationId()).isGreaterThan(alone.generationId());
        assertThat(leader.members()).hasSize(2);
        assertThat(follower.members()).isEmpty();

        var secondSyncs = node.sendAsync(SyncGroupResponseData.class, sync("g", follower.generationId(), second));
        node.send(SyncGroupResponseData.class, sync("g", leader.generationId(), first, first, second));
        assertThat(new String(secondSyncs.get(20, TimeUnit.SECONDS).assignment(), StandardCharsets.UTF_8))
                .isEqualTo("for " + second);
    }

    @Test
    void groupsAreListedByStateAndType() throws Exception {
        JoinGroupResponseData joined = joined("busy");
        node.send(
                SyncGroupResponseData.class, sync("busy", joined.generationId(), joined.memberId(), joined.memberId()));
        node.send(OffsetCommitResponseData.class, Groups.commit("idle", Fixture.ORDERS, 0, 1));

        assertThat(list(List.of(), List.of()).groups())
                .extracting(ListGroupsResponseData.ListedGroup::groupId)
                .containsExactlyInAnyOrder("busy", "idle");
        assertThat(list(List.of("Stable"), List.of()).groups())
                .extracting(ListGroupsResponseData.ListedGroup::groupId)
                .containsExactly("busy");
        assertThat(list(List.of(), List.of("consumer")).groups()).isEmpty();
    }

    @Test
    void onlyAnEmptyGroupIsDeleted() throws Exception {
        JoinGroupResponseData joined = joined("busy");
        node.send(
                SyncGroupResponseData.class, sync("busy", joined.generationId(), joined.memberId(), joined.memberId()));
        node.send(OffsetCommitResponseData.class, Groups.commit("idle", Fixture.ORDERS, 0, 5));

        DeleteGroupsResponseData deleted = node.send(
                DeleteGroupsResponseData.class,
                new DeleteGroupsRequest.Builder(
                                new DeleteGroupsRequestData().setGroupsNames(List.of("busy", "idle", "nobody", "idle")))
                        .build());
        assertThat(Errors.forCode(deleted.results().find("busy").errorCode())).isEqualTo(Errors.NON_EMPTY_GROUP);
        assertThat(Errors.forCode(deleted.results().find("idle").errorCode())).isEqualTo(Errors.NONE);
        assertThat(Errors.forCode(deleted.results().find("nobody").errorCode())).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        assertThat(Groups.committed(node, "idle", 0)).isEqualTo(-1);
    }

    @Test
    void offsetsOfSubscribedTopicsAreNotDeleted() throws Exception {
        JoinGroupResponseData joined = joined("busy");
        node.send(
                SyncGroupResponseData.class, sync("busy", joined.generationId(), joined.memberId(), joined.memberId()));
        node.send(OffsetCommitResponseData.class, Groups.commit("idle", Fixture.ORDERS, 0, 5));

        assertThat(deleteOffset("busy", Fixture.ORDERS, 0)).isEqualTo(Errors.GROUP_SUBSCRIBED_TO_TOPIC);
        assertThat(deleteOffset("idle", Fixture.ORDERS, 99)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(deleteOffset("idle", "nothing", 0)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(Groups.committed(node, "idle", 0)).isEqualTo(5);
        assertThat(deleteOffset("idle", Fixture.ORDERS, 0)).isEqualTo(Errors.NONE);
        assertThat(Groups.committed(node, "idle", 0)).isEqualTo(-1);
    }

    private Errors deleteOffset(String group, String topic, int partition) throws Exception {
        OffsetDeleteRequestData data = new OffsetDeleteRequestData().setGroupId(group);
        data.topics()
                .add(new OffsetDeleteRequestTopic()
                        .setName(topic)
                        .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(partition))));
        OffsetDeleteResponseData answer =
                node.send(OffsetDeleteResponseData.class, new OffsetDeleteRequest.Builder(data).build());
        assertThat(answer.errorCode()).isZero();
        return Errors.forCode(
                answer.topics().find(topic).partitions().find(partition).errorCode());
    }

    @Test
    void oldVersionsGetTheirOldForms() throws Exception {
        JoinGroupRequestData data = join("g", "").data().duplicate();
        JoinGroupResponseData joined = node.send(JoinGroupResponseData.class, new JoinGroupRequest(data, (short) 2));
        assertThat(joined.errorCode()).isZero();
        JoinGroupResponseData refused = node.send(
                JoinGroupResponseData.class,
                new JoinGroupRequest(data.duplicate().setSessionTimeoutMs(1), (short) 2));
        assertThat(Errors.forCode(refused.errorCode())).isEqualTo(Errors.INVALID_SESSION_TIMEOUT);
        assertThat(refused.protocolName()).isEmpty();

        LeaveGroupResponseData left = node.send(
                LeaveGroupResponseData.class,
                new LeaveGroupRequest.Builder("g", List.of(new MemberIdentity().setMemberId("stranger")))
                        .build((short) 1));
        assertThat(Errors.forCode(left.errorCode())).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(left.members()).isEmpty();
    }

    @Test
    void aSyncWithoutItsProtocolIsRefused() {
        SyncGroupRequestData data =
                new SyncGroupRequestData().setGroupId("g").setMemberId("m").setGenerationId(1);
        assertThatThrownBy(() -> node.send(SyncGroupResponseData.class, new SyncGroupRequest(data, (short) 5)))
                .isInstanceOf(InconsistentGroupProtocolException.class);
    }
}
