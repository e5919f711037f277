package io.weir.proxy.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.metadata.Replicas;

/**
 * Topics as METADATA tells them: the leader is the proxy before the owner, its epoch the owner's; replicas and ISR are
 * the nodes that may own the partition, whether clients can reach them or not. Pure.
 */
final class ToldTopics {
    private static final short FIRST_VERSION_WITH_LISTENER_ERROR = 6;

    private final MetadataImage image;
    private final Fronts fronts;
    private final short version;

    ToldTopics(MetadataImage image, Fronts fronts, short version) {
        this.image = image;
        this.fronts = fronts;
        this.version = version;
    }

    MetadataResponseTopic topic(TopicImage topic) {
        List<MetadataResponsePartition> partitions =
                new ArrayList<>(topic.partitions().size());
        for (Map.Entry<Integer, PartitionRegistration> entry :
                topic.partitions().entrySet()) {
            partitions.add(partition(topic, entry.getKey(), entry.getValue()));
        }
        return new MetadataResponseTopic()
                .setName(topic.name())
                .setTopicId(topic.id())
                .setIsInternal(Topic.isInternal(topic.name()))
                .setPartitions(partitions);
    }

    private MetadataResponsePartition partition(TopicImage topic, int index, PartitionRegistration partition) {
        MetadataResponsePartition told = new MetadataResponsePartition()
                .setPartitionIndex(index)
                .setLeaderId(MetadataResponse.NO_LEADER_ID)
                .setLeaderEpoch(partition.leaderEpoch)
                .setReplicaNodes(Replicas.toList(partition.replicas))
                .setIsrNodes(Replicas.toList(partition.isr))
                .setOfflineReplicas(offline(image.cluster(), partition.replicas));
        if (!image.cluster().brokers().containsKey(partition.leader)) {
            return told.setErrorCode(Errors.LEADER_NOT_AVAILABLE.code());
        }
        Node leader = fronts.leader(topic.id(), index, partition.leader);
        if (leader != null) {
            return told.setLeaderId(leader.id());
        }
        return told.setErrorCode(
                version >= FIRST_VERSION_WITH_LISTENER_ERROR
                        ? Errors.LISTENER_NOT_FOUND.code()
                        : Errors.LEADER_NOT_AVAILABLE.code());
    }

    /** Candidates that are not alive. That clients cannot reach one says nothing: proxies can. */
    static List<Integer> offline(ClusterImage cluster, int[] replicas) {
        List<Integer> offline = new ArrayList<>(0);
        for (int replica : replicas) {
            BrokerRegistration broker = cluster.broker(replica);
            if (broker == null || broker.fenced()) {
                offline.add(replica);
            }
        }
        return offline;
    }
}
