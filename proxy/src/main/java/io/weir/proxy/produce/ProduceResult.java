package io.weir.proxy.produce;

import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpointCollection;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.jspecify.annotations.Nullable;

/**
 * What became of one partition's records.
 *
 * @param endpoints where the nodes are that the answer points to (KIP-951)
 */
record ProduceResult(PartitionProduceResponse partition, NodeEndpointCollection endpoints) {
    /** The same, with the node that the client should ask next. Without one, it says nothing of leaders. */
    ProduceResult naming(@Nullable Node leader, int leaderEpoch) {
        NodeEndpointCollection named = new NodeEndpointCollection();
        LeaderIdAndEpoch current = new LeaderIdAndEpoch();
        if (leader != null) {
            current.setLeaderId(leader.id()).setLeaderEpoch(leaderEpoch);
            named.add(new NodeEndpoint()
                    .setNodeId(leader.id())
                    .setHost(leader.host())
                    .setPort(leader.port())
                    .setRack(leader.rack()));
        }
        return new ProduceResult(partition.duplicate().setCurrentLeader(current), named);
    }
}
