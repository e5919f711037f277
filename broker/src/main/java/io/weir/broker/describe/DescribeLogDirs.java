package io.weir.broker.describe;

import io.weir.broker.lookup.PartitionLookup;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.requests.DescribeLogDirsRequest;
import org.apache.kafka.image.MetadataImage;

/**
 * DESCRIBE_LOG_DIRS: one directory with the partitions that this node owns. A partition has one copy, so no lag. Who asks
 * for a partition by name, as the tool that moves them does, is told of it by each node that may own it; those that do not
 * own it now count no bytes.
 */
public final class DescribeLogDirs {
    private final PartitionLookup lookup;
    private final LogDir logDir;

    /** Answers at once, from memory. */
    public DescribeLogDirs(PartitionLookup lookup, LogDir logDir) {
        this.lookup = lookup;
        this.logDir = logDir;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<DescribeLogDirsResponseData> handle(Call call) {
        DescribeLogDirsRequest request = (DescribeLogDirsRequest) call.request();
        DescribeLogDirsResult result = new DescribeLogDirsResult()
                .setLogDir(logDir.name())
                .setTotalBytes(logDir.totalBytes())
                .setUsableBytes(logDir.usableBytes());
        Map<String, DescribeLogDirsTopic> topics = new TreeMap<>();
        if (request.data().topics() == null) {
            for (Partition partition : lookup.all()) {
                add(topics, partition);
            }
        } else {
            MetadataImage image = lookup.image();
            for (DescribableLogDirTopic topic : request.data().topics()) {
                for (int index : topic.partitions()) {
                    Partition partition = lookup.find(topic.topic(), index);
                    if (partition != null) {
                        add(topics, partition);
                    } else if (lookup.isCandidate(image, topic.topic(), index)) {
                        add(topics, topic.topic(), index, 0);
                    }
                }
            }
        }
        result.topics().addAll(topics.values());
        DescribeLogDirsResponseData data = new DescribeLogDirsResponseData();
        data.results().add(result);
        return CompletableFuture.completedFuture(data);
    }

    private static void add(Map<String, DescribeLogDirsTopic> topics, Partition partition) {
        add(topics, partition.id().topic(), partition.id().partition(), partition.sizeBytes());
    }

    private static void add(Map<String, DescribeLogDirsTopic> topics, String topic, int partition, long sizeBytes) {
        topics.computeIfAbsent(topic, name -> new DescribeLogDirsTopic().setName(name))
                .partitions()
                .add(new DescribeLogDirsPartition()
                        .setPartitionIndex(partition)
                        .setPartitionSize(sizeBytes)
                        .setOffsetLag(0)
                        .setIsFutureKey(false));
    }
}
