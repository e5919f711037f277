package io.weir.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.kafka.Call;
import io.weir.proxy.support.TestCluster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ConsumerGroupDescribeRequest;
import org.apache.kafka.common.requests.DeleteGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.junit.jupiter.api.Test;

class GroupRequestsTest {
    private final TestCluster cluster = new TestCluster();

    /** Group "a" is with node 1, "b" with node 2. */
    private void twoCoordinators() {
        cluster.view.createTopic("__consumer_offsets", 2, 1);
    }

    @Test
    void aGroupsRequestGoesToItsCoordinator() {
        twoCoordinators();
        cluster.coordinator(2).on(ApiKeys.HEARTBEAT, call -> new HeartbeatResponseData());
        Call call = cluster.call(ApiKeys.HEARTBEAT, 4, new HeartbeatRequestData().setGroupId("b"));
        assertThat(TestCluster.now(cluster.proxy.call(call))).isInstanceOf(HeartbeatResponseData.class);
        assertThat(cluster.coordinator(2).lastCall()).isSameAs(call);
        assertThat(cluster.coordinator(1).calls()).isEmpty();
    }

    @Test
    void withoutACoordinatorTheClientLooksAgain() {
        assertThat(TestCluster.errorOf(cluster.send(ApiKeys.HEARTBEAT, 4, new HeartbeatRequestData().setGroupId("b"))))
                .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
    }

    @Test
    void describingSeveralGroupsIsSplitAndMerged() {
        twoCoordinators();
        for (int node = 1; node <= 2; node++) {
            String state = "of " + node;
            cluster.coordinator(node).on(ApiKeys.DESCRIBE_GROUPS, call -> {
                DescribeGroupsRequestData request = ((DescribeGroupsRequest) call.request()).data();
                assertThat(request.includeAuthorizedOperations()).isEqualTo(call.version() >= 3);
                DescribeGroupsResponseData response = new DescribeGroupsResponseData();
                request.groups()
                        .forEach(group -> response.groups()
                                .add(new DescribedGroup().setGroupId(group).setGroupState(state)));
                return response;
            });
        }
        DescribeGroupsRequestData request = new DescribeGroupsRequestData()
                .setGroups(List.of("b", "a", "d"))
                .setIncludeAuthorizedOperations(true);
        assertThat(cluster.ask(DescribeGroupsResponseData.class, ApiKeys.DESCRIBE_GROUPS, request)
                        .groups())
                .extracting(g -> g.groupId() + " " + g.groupState())
                .containsExactly("b of 2", "a of 1", "d of 2");

        cluster.coordinator(2)
                .onAsync(
                        ApiKeys.DESCRIBE_GROUPS,
                        call -> CompletableFuture.failedFuture(new WeirException(FaultKind.CLOSED, "stopping")));
        assertThat(cluster.ask(
                                DescribeGroupsResponseData.class,
                                ApiKeys.DESCRIBE_GROUPS,
                                0,
                                new DescribeGroupsRequestData().setGroups(List.of("b", "a")))
                        .groups())
                .extracting(g -> Errors.forCode(g.errorCode()))
                .containsExactly(Errors.COORDINATOR_NOT_AVAILABLE, Errors.NONE);
    }

    @Test
    void aGroupThatIsNamedAThousandTimesIsDescribedOnce() {
        twoCoordinators();
        cluster.coordinator(1).on(ApiKeys.DESCRIBE_GROUPS, call -> {
            DescribeGroupsResponseData response = new DescribeGroupsResponseData();
            ((DescribeGroupsRequest) call.request())
                    .data()
                    .groups()
                    .forEach(group -> response.groups().add(new DescribedGroup().setGroupId(group)));
            return response;
        });
        assertThat(cluster.ask(
                                DescribeGroupsResponseData.class,
                                ApiKeys.DESCRIBE_GROUPS,
                                new DescribeGroupsRequestData().setGroups(java.util.Collections.nCopies(1_000, "a")))
                        .groups())
                .extracting(DescribedGroup::groupId)
                .containsExactly("a");
    }

    @Test
    void deletingAndDescribingAndFetchingToo() {
        twoCoordinators();
        for (int node = 1; node <= 2; node++) {
            String name = "node " + node;
            short code = (short) node;
            cluster.coordinator(node)
                    .on(ApiKeys.DELETE_GROUPS, call -> {
                        DeleteGroupsResponseData response = new DeleteGroupsResponseData();
                        ((DeleteGroupsRequest) call.request())
                                .data()
                                .groupsNames()
                                .forEach(group -> response.results()
                                        .add(new DeletableGroupResult()
                                                .setGroupId(group)
                                                .setErrorCode(code)));
                        return response;
                    })
                    .on(ApiKeys.CONSUMER_GROUP_DESCRIBE, call -> {
                        ConsumerGroupDescribeResponseData response = new ConsumerGroupDescribeResponseData();
                        ((ConsumerGroupDescribeRequest) call.request())
                                .data()
                                .groupIds()
                                .forEach(group -> response.groups()
                                        .add(new ConsumerGroupDescribeResponseData.DescribedGroup()
                                                .setGroupId(group)
                                                .setAssignorName(name)));
                        return response;
                    })
                    .on(ApiKeys.OFFSET_FETCH, call -> {
                        OffsetFetchResponseData response = new OffsetFetchResponseData();
                        OffsetFetchRequestData request = ((OffsetFetchRequest) call.request()).data();
                        if (call.version() < 8) {
                            return response.setErrorCode(code);
                        }
                        assertThat(request.requireStable()).isTrue();
                        request.groups()
                                .forEach(group -> response.groups()
                                        .add(new OffsetFetchResponseGroup()
                                                .setGroupId(group.groupId())
                                                .setErrorCode(code)));
                        return response;
                    });
        }
        DeleteGroupsResponseData deleted = cluster.ask(
                DeleteGroupsResponseData.class,
                ApiKeys.DELETE_GROUPS,
                new DeleteGroupsRequestData().setGroupsNames(List.of("a", "b")));
        assertThat(deleted.results().find("a").errorCode()).isEqualTo((short) 1);
        assertThat(deleted.results().find("b").errorCode()).isEqualTo((short) 2);

        assertThat(cluster.ask(
                                ConsumerGroupDescribeResponseData.class,
                                ApiKeys.CONSUMER_GROUP_DESCRIBE,
                                new ConsumerGroupDescribeRequestData().setGroupIds(List.of("b", "a")))
                        .groups())
                .extracting(g -> g.assignorName())
                .containsExactly("node 2", "node 1");

        OffsetFetchRequestData fetch = new OffsetFetchRequestData()
                .setRequireStable(true)
                .setGroups(List.of(
                        new OffsetFetchRequestGroup().setGroupId("b").setTopics(null),
                        new OffsetFetchRequestGroup().setGroupId("a").setTopics(List.of())));
        assertThat(cluster.ask(OffsetFetchResponseData.class, ApiKeys.OFFSET_FETCH, fetch)
                        .groups())
                .extracting(g -> g.groupId() + g.errorCode())
                .containsExactly("b2", "a1");
        assertThat(cluster.ask(
                                OffsetFetchResponseData.class,
                                ApiKeys.OFFSET_FETCH,
                                7,
                                new OffsetFetchRequestData().setGroupId("b").setTopics(null))
                        .errorCode())
                .isEqualTo((short) 2);
    }

    @Test
    void allCoordinatorsListTheirGroups() {
        ListGroupsRequestData request = new ListGroupsRequestData();
        assertThat(cluster.ask(ListGroupsResponseData.class, ApiKeys.LIST_GROUPS, request)
                        .groups())
                .as("nobody has used a group yet")
                .isEmpty();
        twoCoordinators();
        cluster.coordinator(1)
                .on(
                        ApiKeys.LIST_GROUPS,
                        call -> new ListGroupsResponseData().setGroups(List.of(new ListedGroup().setGroupId("a"))));
        cluster.coordinator(2)
                .on(
                        ApiKeys.LIST_GROUPS,
                        call -> new ListGroupsResponseData().setGroups(List.of(new ListedGroup().setGroupId("b"))));
        assertThat(cluster.ask(ListGroupsResponseData.class, ApiKeys.LIST_GROUPS, request)
                        .groups())
                .extracting(ListedGroup::groupId)
                .containsExactlyInAnyOrder("a", "b");

        cluster.coordinator(2)
                .onAsync(
                        ApiKeys.LIST_GROUPS,
                        call -> CompletableFuture.failedFuture(new WeirException(FaultKind.UNAVAILABLE, "away")));
        ListGroupsResponseData partly = cluster.ask(ListGroupsResponseData.class, ApiKeys.LIST_GROUPS, request);
        assertThat(partly.errorCode()).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
        assertThat(partly.groups()).extracting(ListedGroup::groupId).containsExactly("a");
    }
}
