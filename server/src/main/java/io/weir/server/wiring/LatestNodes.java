package io.weir.server.wiring;

import io.weir.log.ClusterNodes;
import io.weir.metadata.ImageListener;
import io.weir.metadata.node.Role;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.ClusterImage;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/**
 * The nodes as of the newest image, also while partitions are still being opened by it: the view that clients are
 * answered from comes after that. Any thread.
 */
final class LatestNodes implements ClusterNodes, ImageListener {
    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    /** For this long a life that has only been seen fenced is about to begin, and not over. */
    static final Duration BEGINS = Duration.ofSeconds(3);

    private final int nodeId;
    private final Time time;
    private volatile MetadataImage image = MetadataImage.EMPTY;
    private final Map<Integer, Life> lives = new ConcurrentHashMap<>();

    /** @param served whether it has been seen unfenced */
    private record Life(long epoch, boolean served, long sinceNanos) {}

    LatestNodes(int nodeId, Time time) {
        this.nodeId = nodeId;
        this.time = time;
    }

    @Override
    public CompletableFuture<Void> onImage(MetadataDelta delta, MetadataImage newImage) {
        ClusterImage cluster = newImage.cluster();
        cluster.brokers()
                .forEach((id, node) -> lives.compute(id, (key, known) -> {
                    Life before = known == null || known.epoch != node.epoch()
                            ? new Life(node.epoch(), false, time.nanoseconds())
                            : known;
                    return node.fenced() || before.served ? before : new Life(before.epoch, true, before.sinceNanos);
                }));
        lives.keySet().retainAll(cluster.brokers().keySet());
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
            return !registration.fenced() || begins(node, brokerEpoch);
        }
        // An epoch is an offset of the metadata log: what is beyond the end has not been heard of here yet.
        return brokerEpoch > now.highestOffsetAndEpoch().offset();
    }

    /**
     * A node makes its commit log when it has registered, and is fenced until it has opened what it is given: whoever
     * sealed that commit log would end a process that has just started. To ask is right in any case, for a life that is
     * over does not answer.
     */
    private boolean begins(int node, long brokerEpoch) {
        Life life = lives.get(node);
        return life != null
                && life.epoch == brokerEpoch
                && !life.served
                && time.nanoseconds() - life.sinceNanos < BEGINS.toNanos();
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
