package io.weir.proxy.routing;

import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/** Who owns a partition: in KRaft's words, its leader. */
public final class Owners {
    /** There is no topic, no such partition, or nobody who leads it: {@link #route} says which. */
    public static final int NONE = -1;

    private Owners() {}

    /** The owner's node id or {@link #NONE}. Allocates nothing. */
    public static int ownerOf(@Nullable TopicImage topic, int partition) {
        PartitionRegistration registration =
                topic == null ? null : topic.partitions().get(partition);
        return registration == null || registration.leader < 0 ? NONE : registration.leader;
    }

    /** Whether another node may become the owner, or is it: what only this node may own is not waited for. */
    public static boolean mayMove(PartitionRegistration owned, int ownNodeId) {
        return owned.replicas.length > 1 || (owned.leader >= 0 && owned.leader != ownNodeId);
    }

    /**
     * The owner, or what a client is told instead.
     *
     * <p>A partition without a leader is NOT_LEADER_OR_FOLLOWER rather than LEADER_NOT_AVAILABLE: every client
     * refreshes its metadata and tries again on the former, while Java consumers fail on the latter in a fetch.
     *
     * @param unknownTopic the error when there is no topic: it differs for topics asked for by id
     */
    public static Route route(@Nullable TopicImage topic, int partition, Errors unknownTopic) {
        if (topic == null) {
            return new Route.Refused(unknownTopic);
        }
        PartitionRegistration registration = topic.partitions().get(partition);
        if (registration == null) {
            return new Route.Refused(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
        return registration.leader < 0
                ? new Route.Refused(Errors.NOT_LEADER_OR_FOLLOWER)
                : new Route.To(registration.leader);
    }
}
