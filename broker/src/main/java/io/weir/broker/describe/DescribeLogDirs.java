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

/** DESCRIBE_LOG_DIRS: one directory with the partitions that this node owns. A partition has one copy, so no lag. */
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
            for (DescribableLogDirTopic topic : request.data().topics()) {
                for (int index : topic.partitions()) {
                    Partition partition = lookup.find(topic.topic(), index);
                    if (partition != null) {
                        add(topics, partition);
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
        topics.computeIfAbsent(partition.id().topic(), name -> new DescribeLogDirsTopic().setName(name))
                .partitions()
                .add(new DescribeLogDirsPartition()
                        .setPartitionIndex(partition.id().partition())
                        .setPartitionSize(partition.sizeBytes())
                        .setOffsetLag(0)
                        .setIsFutureKey(false));
    }
}
