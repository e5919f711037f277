package io.weir.broker.lookup;

import io.weir.kafka.Call;
import io.weir.log.Partition;
import io.weir.log.Partitions;
import io.weir.metadata.ClusterView;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.LeaderConstants;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.metadata.Replicas;
import org.jspecify.annotations.Nullable;

/** From what a request names to a partition that is open here, or to the reason why there is none. Any thread. */
public final class PartitionLookup {
    private final int nodeId;
    private final ClusterView view;
    private final Partitions partitions;
    private final LeaderEndpoints endpoints;

    /** A look-up for the node {@code nodeId}. */
    public PartitionLookup(int nodeId, ClusterView view, Partitions partitions, LeaderEndpoints endpoints) {
        this.nodeId = nodeId;
        this.view = view;
        this.partitions = partitions;
        this.endpoints = endpoints;
    }

    /** The latest image; taken once a request, so that one answer tells one story. */
    public MetadataImage image() {
        return view.image();
    }

    /** The topic's name, or null when the image knows no such id. */
    public static @Nullable String nameOf(MetadataImage image, Uuid topicId) {
        TopicImage topic = image.topics().getTopic(topicId);
        return topic == null ? null : topic.name();
    }

    /** The partition when it is open here, in whatever state; else null, and {@link #absence} says why. */
    public @Nullable Partition find(String topic, int partition) {
        return partitions.find(new TopicPartition(topic, partition)).orElse(null);
    }

    /** Lets another node have the partition; {@link Partitions#release} says the rest. */
    public CompletableFuture<OptionalInt> release(TopicIdPartition id, int newLeaderEpoch) {
        return partitions.release(id, newLeaderEpoch);
    }

    /** Every partition that is open here. */
    public Collection<Partition> all() {
        return partitions.all();
    }

    /** Whether the image knows the partition at all. */
    public static boolean exists(MetadataImage image, String topic, int partition) {
        return registration(image, topic, partition) != null;
    }

    /** Whether this node may own the partition, and one day may have to. */
    public boolean isCandidate(MetadataImage image, String topic, int partition) {
        PartitionRegistration registration = registration(image, topic, partition);
        return registration != null && Replicas.contains(registration.replicas, nodeId);
    }

    /** Why a partition is not open here: it does not exist, or another node owns it. */
    public static Errors absence(MetadataImage image, String topic, int partition) {
        return exists(image, topic, partition) ? Errors.NOT_LEADER_OR_FOLLOWER : Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }

    /** Whether a partition can be read now, and if not, what a client is told. */
    public static Errors readable(Partition partition) {
        return switch (partition.status().state()) {
            case WRITABLE -> Errors.NONE;
            case FAILED -> Errors.KAFKA_STORAGE_ERROR;
            // Retriable everywhere: clients look at the metadata again and come back.
            case ASSIGNED, RECOVERING, CLOSING, FENCED -> Errors.NOT_LEADER_OR_FOLLOWER;
        };
    }

    /** Fences a client that holds older metadata than the owner, or newer (KIP-320); -1 asks for no check. */
    public static Errors checkEpoch(Partition partition, int clientEpoch) {
        if (clientEpoch < 0 || clientEpoch == partition.leaderEpoch()) {
            return Errors.NONE;
        }
        return clientEpoch < partition.leaderEpoch() ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
    }

    /** {@link #readable}, then {@link #checkEpoch}. */
    public static Errors readable(Partition partition, int clientEpoch) {
        Errors state = readable(partition);
        return state == Errors.NONE ? checkEpoch(partition, clientEpoch) : state;
    }

    /** Whom a client should ask instead (KIP-951). */
    public Leader leader(MetadataImage image, @Nullable Partition local, String topic, int partition) {
        PartitionRegistration registration = registration(image, topic, partition);
        if (local != null && readable(local) == Errors.NONE) {
            // The image that is published may lag behind what has been opened.
            if (registration == null || registration.leaderEpoch <= local.leaderEpoch()) {
                return new Leader(nodeId, local.leaderEpoch());
            }
        }
        return registration == null
                ? new Leader(LeaderConstants.NO_LEADER, -1)
                : new Leader(registration.leader, registration.leaderEpoch);
    }

    /** Where the client of {@code call} reaches a leader. */
    public Optional<Node> endpoint(Call call, Leader leader) {
        return leader.id() < 0 ? Optional.empty() : endpoints.endpoint(call, leader.id());
    }

    private static @Nullable PartitionRegistration registration(MetadataImage image, String topic, int partition) {
        TopicImage found = image.topics().getTopic(topic);
        return found == null ? null : found.partitions().get(partition);
    }

    /** A leader and its epoch; both -1 when unknown. */
    public record Leader(int id, int epoch) {}
}
