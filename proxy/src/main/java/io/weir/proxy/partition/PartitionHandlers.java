package io.weir.proxy.partition;

import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.AskAgain;
import io.weir.proxy.routing.Divisible;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Owners;
import io.weir.proxy.routing.RetryConfig;
import io.weir.proxy.routing.Split;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;

/** The requests about partitions that are answered by their owners. */
public final class PartitionHandlers {
    private PartitionHandlers() {}

    /** A handler for each. */
    public static Map<ApiKeys, Handler> of(
            ClusterView view, Forwarder forwarder, int ownNodeId, RetryConfig retry, Time time) {
        return Map.of(
                ApiKeys.LIST_OFFSETS, split(new ListOffsets(), view, forwarder, ownNodeId, retry, time),
                ApiKeys.OFFSET_FOR_LEADER_EPOCH,
                        split(new OffsetForLeaderEpoch(), view, forwarder, ownNodeId, retry, time),
                ApiKeys.DELETE_RECORDS, split(new DeleteRecords(), view, forwarder, ownNodeId, retry, time),
                ApiKeys.DESCRIBE_PRODUCERS, split(new DescribeProducers(), view, forwarder, ownNodeId, retry, time),
                // Clients ask every node for its own directories and add them up, so each answers for itself alone.
                ApiKeys.DESCRIBE_LOG_DIRS, new LogDirs(view, forwarder, ownNodeId),
                ApiKeys.ALTER_REPLICA_LOG_DIRS, new LogDirs(view, forwarder, ownNodeId));
    }

    private static <P, R> Handler split(
            Divisible<PartitionItem<P>, R> api,
            ClusterView view,
            Forwarder forwarder,
            int ownNodeId,
            RetryConfig retry,
            Time time) {
        return new Split<>(
                api,
                view::image,
                PartitionItem::route,
                forwarder::broker,
                Errors.NOT_LEADER_OR_FOLLOWER,
                new AskAgain<>(view, retry, time, (image, item) -> mayMove(image, item, ownNodeId)));
    }

    private static boolean mayMove(MetadataImage image, PartitionItem<?> item, int ownNodeId) {
        TopicImage topic = image.topics().getTopic(item.partition().topic());
        PartitionRegistration owned =
                topic == null ? null : topic.partitions().get(item.partition().partition());
        return owned != null && Owners.mayMove(owned, ownNodeId);
    }
}
