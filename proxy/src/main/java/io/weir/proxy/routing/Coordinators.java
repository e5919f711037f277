package io.weir.proxy.routing;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/** Who coordinates a group: the owner of the partition of {@code __consumer_offsets} that the group's id hashes to. */
public final class Coordinators {
    private Coordinators() {}

    /** The internal topic, or null while nobody has used a group yet. */
    public static @Nullable TopicImage offsetsTopic(MetadataImage image) {
        return image.topics().getTopic(Topic.GROUP_METADATA_TOPIC_NAME);
    }

    /** The group's partition, by the hash that Kafka's coordinator uses. */
    public static int partitionOf(String groupId, TopicImage offsetsTopic) {
        return Utils.abs(groupId.hashCode()) % offsetsTopic.partitions().size();
    }

    /** The group's coordinator, or COORDINATOR_NOT_AVAILABLE, after which clients ask for it again. */
    public static Route route(MetadataImage image, String groupId) {
        TopicImage topic = offsetsTopic(image);
        int owner = topic == null ? Owners.NONE : Owners.ownerOf(topic, partitionOf(groupId, topic));
        return owner == Owners.NONE ? new Route.Refused(Errors.COORDINATOR_NOT_AVAILABLE) : new Route.To(owner);
    }

    /** Every node that coordinates some group now, in order; {@link Owners#NONE} among them when a partition has nobody. */
    public static Set<Integer> all(MetadataImage image) {
        Set<Integer> nodes = new TreeSet<>();
        TopicImage topic = offsetsTopic(image);
        if (topic != null) {
            for (PartitionRegistration partition : topic.partitions().values()) {
                nodes.add(Math.max(partition.leader, Owners.NONE));
            }
        }
        return nodes;
    }
}
