package io.weir.proxy.partition;

import io.weir.metadata.ClusterView;
import io.weir.proxy.routing.Divisible;
import io.weir.proxy.routing.Forwarder;
import io.weir.proxy.routing.Handler;
import io.weir.proxy.routing.Split;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** The requests about partitions that are answered by their owners. */
public final class PartitionHandlers {
    private PartitionHandlers() {}

    /** A handler for each. */
    public static Map<ApiKeys, Handler> of(ClusterView view, Forwarder forwarder, int ownNodeId) {
        return Map.of(
                ApiKeys.LIST_OFFSETS, split(new ListOffsets(), view, forwarder),
                ApiKeys.OFFSET_FOR_LEADER_EPOCH, split(new OffsetForLeaderEpoch(), view, forwarder),
                ApiKeys.DELETE_RECORDS, split(new DeleteRecords(), view, forwarder),
                ApiKeys.DESCRIBE_PRODUCERS, split(new DescribeProducers(), view, forwarder),
                // Clients ask every node for its own directories and add them up, so each answers for itself alone.
                ApiKeys.DESCRIBE_LOG_DIRS, call -> forwarder.broker(ownNodeId, call));
    }

    private static <P, R> Handler split(Divisible<PartitionItem<P>, R> api, ClusterView view, Forwarder forwarder) {
        return new Split<>(api, view::image, PartitionItem::route, forwarder::broker, Errors.NOT_LEADER_OR_FOLLOWER);
    }
}
