package io.weir.coordinator;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.server.util.PartitionMetadataClient;
import org.apache.kafka.server.util.PartitionMetadataClient.OffsetResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code weir_group_lag{group,topic,partition}}: records between a group's committed offset and the partition's end,
 * for the groups that this node coordinates. Computed when somebody looks, at most once an interval; a look that
 * takes too long shows the values of the one before. At most {@code lagMaxSeries} series, in the order of group
 * names; {@code weir_group_lag_truncated} is 1 when there would be more. Any thread; blocks.
 */
public final class GroupLag implements MultiCollector {
    private static final Logger LOG = LoggerFactory.getLogger(GroupLag.class);
    private static final String LAG = "weir_group_lag";
    private static final String TRUNCATED = "weir_group_lag_truncated";
    private static final long PATIENCE_MS = 2_000;

    // Groups whose offsets are asked for at the same time.
    private static final int GROUPS_AT_ONCE = 64;

    private final GroupCoordinator groups;
    private final PartitionMetadataClient endOffsets;
    private final CoordinatorConfig config;
    private final Time time;
    private final RequestContext context = ownContext();

    private MetricSnapshots latest = new MetricSnapshots();
    private long computedMs = Long.MIN_VALUE;

    /** Reads groups from {@code groups} and the ends of their partitions from {@code endOffsets}. */
    public GroupLag(GroupCoordinator groups, PartitionMetadataClient endOffsets, CoordinatorConfig config, Time time) {
        this.groups = groups;
        this.endOffsets = endOffsets;
        this.config = config;
        this.time = time;
    }

    @Override
    public synchronized MetricSnapshots collect() {
        long nowMs = time.milliseconds();
        if (config.lagMaxSeries() == 0
                || (computedMs != Long.MIN_VALUE
                        && nowMs - computedMs < config.lagInterval().toMillis())) {
            return latest;
        }
        computedMs = nowMs;
        try {
            latest = compute(nowMs + PATIENCE_MS);
        } catch (TimeoutException | ExecutionException | RuntimeException failed) {
            LOG.info("group lags are those of an earlier look: cause={}", failed.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return latest;
    }

    private MetricSnapshots compute(long deadlineMs) throws InterruptedException, ExecutionException, TimeoutException {
        List<String> names =
                await(groups.listGroups(context, new ListGroupsRequestData()), deadlineMs).groups().stream()
                        .map(ListGroupsResponseData.ListedGroup::groupId)
                        .sorted()
                        .toList();
        List<GaugeDataPointSnapshot> points = new ArrayList<>();
        boolean truncated = false;
        for (int from = 0; from < names.size() && !truncated; from += GROUPS_AT_ONCE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + GROUPS_AT_ONCE));
            List<Future<OffsetFetchResponseGroup>> answers = new ArrayList<>();
            for (String group : some) {
                answers.add(groups.fetchOffsets(
                        context, new OffsetFetchRequestGroup().setGroupId(group).setTopics(null), false));
            }
            Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
            for (int i = 0; i < some.size(); i++) {
                committed.put(some.get(i), committed(answers.get(i), deadlineMs));
            }
            for (String group : some) {
                truncated |= !addLags(points, group, committed.getOrDefault(group, Map.of()), deadlineMs);
            }
        }
        GaugeSnapshot.Builder lags =
                GaugeSnapshot.builder().name(LAG).help("Records that a group has yet to read, by partition");
        points.forEach(lags::dataPoint);
        return MetricSnapshots.of(
                lags.build(),
                GaugeSnapshot.builder()
                        .name(TRUNCATED)
                        .help("1 when there are more lags than " + CoordinatorConfig.LAG_MAX_SERIES + " lets through")
                        .dataPoint(new GaugeDataPointSnapshot(truncated ? 1 : 0, Labels.EMPTY, null))
                        .build());
    }

    /** Empty when the group moved away or went in the meantime. */
    private Map<TopicPartition, Long> committed(Future<OffsetFetchResponseGroup> answer, long deadlineMs)
            throws InterruptedException, TimeoutException {
        OffsetFetchResponseGroup group;
        try {
            group = await(answer, deadlineMs);
        } catch (ExecutionException moved) {
            return Map.of();
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (group.errorCode() == Errors.NONE.code()) {
            group.topics()
                    .forEach(topic -> topic.partitions().forEach(partition -> {
                        if (partition.committedOffset() >= 0) {
                            offsets.put(
                                    new TopicPartition(topic.name(), partition.partitionIndex()),
                                    partition.committedOffset());
                        }
                    }));
        }
        return offsets;
    }

    /** False when not all of them fitted. */
    private boolean addLags(
            List<GaugeDataPointSnapshot> points, String group, Map<TopicPartition, Long> committed, long deadlineMs)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (var answer : endOffsets.listLatestOffsets(committed.keySet()).entrySet()) {
            OffsetResponse end = await(answer.getValue(), deadlineMs);
            Long offset = committed.get(answer.getKey());
            if (end.error() != Errors.NONE || offset == null) {
                continue;
            }
            if (points.size() >= config.lagMaxSeries()) {
                return false;
            }
            Labels labels = Labels.of(
                    "group",
                    group,
                    "topic",
                    answer.getKey().topic(),
                    "partition",
                    String.valueOf(answer.getKey().partition()));
            points.add(new GaugeDataPointSnapshot(Math.max(0, end.offset() - offset), labels, null));
        }
        return true;
    }

    private <T> T await(Future<T> future, long deadlineMs)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(Math.max(0, deadlineMs - time.milliseconds()), TimeUnit.MILLISECONDS);
    }

    /** Kafka's coordinator wants to know who asks. */
    private static RequestContext ownContext() {
        return new RequestContext(
                new RequestHeader(ApiKeys.OFFSET_FETCH, ApiKeys.OFFSET_FETCH.latestVersion(), "weir-group-lag", 0),
                "weir-group-lag",
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                new ListenerName("INTERNAL"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
    }
}
