package io.weir.metadata.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState;
import org.apache.kafka.common.message.AlterPartitionRequestData.PartitionData;
import org.apache.kafka.common.message.AlterPartitionRequestData.TopicData;
import org.apache.kafka.common.requests.AlterPartitionRequest;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.metadata.LeaderRecoveryState;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.metadata.Replicas;
import org.jspecify.annotations.Nullable;

/** One AlterPartition of a leader: the in-sync sets as one image says that they should be. One thread. */
final class IsrRequest {
    private final int nodeId;
    private final MetadataImage image;
    private final AlterPartitionRequestData data;
    private final Map<Uuid, TopicData> topics = new HashMap<>();
    private final List<Key> keys = new ArrayList<>();

    /** A partition, whatever its topic's name is. */
    record Key(Uuid topicId, int partition) {}

    IsrRequest(int nodeId, long brokerEpoch, MetadataImage image) {
        this.nodeId = nodeId;
        this.image = image;
        this.data = new AlterPartitionRequestData().setBrokerId(nodeId).setBrokerEpoch(brokerEpoch);
    }

    /** Whether the leader {@code nodeId} has something to tell the controller about the partition. */
    static boolean isNeeded(int nodeId, @Nullable PartitionRegistration partition, ClusterImage cluster) {
        if (partition == null || partition.leader != nodeId || !isEligible(cluster.broker(nodeId))) {
            return false;
        }
        return partition.leaderRecoveryState == LeaderRecoveryState.RECOVERING
                || Arrays.stream(partition.replicas)
                        .anyMatch(replica ->
                                !Replicas.contains(partition.isr, replica) && isEligible(cluster.broker(replica)));
    }

    /** Takes the partition in if there is still something to tell. */
    void add(Key key) {
        PartitionRegistration partition = image.topics().getPartition(key.topicId(), key.partition());
        if (partition == null || !isNeeded(nodeId, partition, image.cluster())) {
            return;
        }
        topics.computeIfAbsent(key.topicId(), this::newTopic)
                .partitions()
                .add(new PartitionData()
                        .setPartitionIndex(key.partition())
                        .setLeaderEpoch(partition.leaderEpoch)
                        .setPartitionEpoch(partition.partitionEpoch)
                        .setLeaderRecoveryState(LeaderRecoveryState.RECOVERED.value())
                        .setNewIsrWithEpochs(inSync(partition)));
        keys.add(key);
    }

    private TopicData newTopic(Uuid topicId) {
        TopicData topic = new TopicData().setTopicId(topicId);
        data.topics().add(topic);
        return topic;
    }

    /** Each under the epoch that the image knows: one that died meanwhile and came back is not taken for the old one. */
    private List<BrokerState> inSync(PartitionRegistration partition) {
        List<BrokerState> inSync = new ArrayList<>(partition.replicas.length);
        for (int replica : partition.replicas) {
            BrokerRegistration node = image.cluster().broker(replica);
            if (node != null && isEligible(node)) {
                inSync.add(new BrokerState().setBrokerId(replica).setBrokerEpoch(node.epoch()));
            }
        }
        return inSync;
    }

    private static boolean isEligible(@Nullable BrokerRegistration node) {
        return node != null && !node.fenced() && !node.inControlledShutdown();
    }

    int size() {
        return keys.size();
    }

    List<Key> keys() {
        return keys;
    }

    AlterPartitionRequest.Builder build() {
        return new AlterPartitionRequest.Builder(data);
    }
}
