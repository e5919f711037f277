package io.weir.broker.describe;

import io.weir.broker.lookup.PartitionLookup;
import io.weir.kafka.Call;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirPartitionResult;
import org.apache.kafka.common.message.AlterReplicaLogDirsResponseData.AlterReplicaLogDirTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterReplicaLogDirsRequest;
import org.apache.kafka.image.MetadataImage;

/**
 * ALTER_REPLICA_LOG_DIRS: there is one directory, and every partition is in it. To ask for that one is right, as Kafka's
 * tool does that takes a reassignment back; there is no other.
 */
public final class AlterReplicaLogDirs {
    private final PartitionLookup lookup;
    private final LogDir logDir;

    /** Answers at once, from memory. */
    public AlterReplicaLogDirs(PartitionLookup lookup, LogDir logDir) {
        this.lookup = lookup;
        this.logDir = logDir;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<AlterReplicaLogDirsResponseData> handle(Call call) {
        MetadataImage image = lookup.image();
        Map<String, AlterReplicaLogDirTopicResult> topics = new TreeMap<>();
        ((AlterReplicaLogDirsRequest) call.request())
                .partitionDirs()
                .forEach((partition, directory) -> topics.computeIfAbsent(
                                partition.topic(), name -> new AlterReplicaLogDirTopicResult().setTopicName(name))
                        .partitions()
                        .add(new AlterReplicaLogDirPartitionResult()
                                .setPartitionIndex(partition.partition())
                                .setErrorCode(
                                        result(image, partition, directory).code())));
        AlterReplicaLogDirsResponseData answer = new AlterReplicaLogDirsResponseData();
        answer.results().addAll(topics.values());
        return CompletableFuture.completedFuture(answer);
    }

    private Errors result(MetadataImage image, TopicPartition partition, String directory) {
        if (!PartitionLookup.exists(image, partition.topic(), partition.partition())) {
            return Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return directory.equals(logDir.name()) ? Errors.NONE : Errors.LOG_DIR_NOT_FOUND;
    }
}
