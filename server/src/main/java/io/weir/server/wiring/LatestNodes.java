package io.weir.server.wiring;

import io.weir.log.ClusterNodes;
import io.weir.metadata.ImageListener;
import io.weir.metadata.node.Role;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * The nodes as of the newest image, also while partitions are still being opened by it: the view that clients are
 * answered from comes after that. Any thread.
 */
final class LatestNodes implements ClusterNodes, ImageListener {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final int nodeId;
    private volatile MetadataImage image = MetadataImage.EMPTY;

    LatestNodes(int nodeId) {
        this.nodeId = nodeId;
    }

    @Override
    public CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage newImage) {
        image = newImage;
        return DONE;
    }

    MetadataImage image() {
        return image;
    }

    @Override
    public boolean alive(int node, long brokerEpoch) {
        MetadataImage now = image;
        BrokerRegistration registration = now.cluster().broker(node);
        if (registration != null && registration.epoch() == brokerEpoch) {
            return !registration.fenced();
        }
        // An epoch is an offset of the metadata log: what is beyond the end has not been heard of here yet.
        return brokerEpoch > now.highestOffsetAndEpoch().offset();
    }

    @Override
    public boolean exists(Uuid topicId) {
        return image.topics().getTopic(topicId) != null;
    }

    /** The living one with the lowest number of those that write. */
    @Override
    public boolean keepsHouse() {
        return image.cluster().brokers().values().stream()
                        .filter(node -> !node.fenced() && ownsPartitions(Role.of(node)))
                        .mapToInt(BrokerRegistration::id)
                        .min()
                        .orElse(-1)
                == nodeId;
    }

    private static boolean ownsPartitions(Set<Role> roles) {
        return roles.contains(Role.BROKER) || roles.contains(Role.COORDINATOR);
    }
}
