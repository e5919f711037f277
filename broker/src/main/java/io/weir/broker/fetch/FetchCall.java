package io.weir.broker.fetch;

import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.lookup.PartitionLookup.Leader;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.broker.metrics.TopicMetrics;
import io.weir.broker.records.BatchWalk;
import io.weir.common.buffer.LeasedRecords;
import io.weir.kafka.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.FetchResponseData.NodeEndpoint;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataImage;

/**
 * One fetch request from its first read to its answer. Whoever cancels its future (the wire, when the connection
 * closes) ends the waiting; leases that nobody takes any more are given back.
 */
final class FetchCall {
    /** From this version on errors name the current leader and its address (KIP-951). */
    private static final short LEADER_VERSION = 16;

    private final Call call;
    private final PartitionLookup lookup;
    private final BrokerMetrics metrics;
    private final FetchBounds bounds;
    private final List<FetchTopic> topics;
    private final List<FetchEntry> entries;
    private final CompletableFuture<FetchResponseData> future = new CompletableFuture<>();

    /** The entries are those of the topics' partitions, in order. */
    FetchCall(
            Call call,
            PartitionLookup lookup,
            BrokerMetrics metrics,
            FetchBounds bounds,
            List<FetchTopic> topics,
            List<FetchEntry> entries) {
        this.call = call;
        this.lookup = lookup;
        this.metrics = metrics;
        this.bounds = bounds;
        this.topics = topics;
        this.entries = entries;
    }

    /** Reads once; answers or waits. */
    CompletableFuture<FetchResponseData> start(DelayedFetches delayed) {
        read(pass -> {
            boolean enough = bounds.maxWaitMs() <= 0
                    || entries.isEmpty()
                    || pass.bytes() >= bounds.minBytes()
                    || pass.isUrgent();
            if (enough || !delayed.isRoom(this)) {
                answer();
            } else {
                entries.forEach(FetchEntry::countAndRelease);
                delayed.add(this);
            }
        });
        return future;
    }

    /** Reads again and answers, whatever there is. */
    void finish() {
        read(_ -> answer());
    }

    private void read(Consumer<FetchPass> done) {
        try {
            new FetchPass(entries, bounds.maxBytes(), bounds.isolation(), done).run();
        } catch (RuntimeException bug) {
            fail(bug);
        }
    }

    private void answer() {
        try {
            FetchResponseData data = toData();
            if (!future.complete(data)) {
                entries.forEach(FetchEntry::release);
            }
        } catch (RuntimeException bug) {
            fail(bug);
        }
    }

    private void fail(RuntimeException bug) {
        entries.forEach(FetchEntry::release);
        future.completeExceptionally(bug);
    }

    private FetchResponseData toData() {
        MetadataImage image = lookup.image();
        List<FetchableTopicResponse> responses = new ArrayList<>(topics.size());
        FetchResponseData data = new FetchResponseData().setResponses(responses);
        int next = 0;
        for (FetchTopic topic : topics) {
            int count = topic.partitions().size();
            List<PartitionData> partitions = new ArrayList<>(count);
            responses.add(new FetchableTopicResponse()
                    .setTopic(topic.topic())
                    .setTopicId(topic.topicId())
                    .setPartitions(partitions));
            for (int i = 0; i < count; i++) {
                FetchEntry entry = entries.get(next++);
                PartitionData partition = entry.toData(bounds.isolation());
                partitions.add(partition);
                if (entry.error() != Errors.NONE) {
                    metrics.error(ApiKeys.FETCH, entry.error());
                    nameLeader(data, partition, entry, image);
                }
            }
            if (count > 0) {
                count(entries.subList(next - count, next));
            }
        }
        return data;
    }

    private void count(List<FetchEntry> ofOneTopic) {
        String topic = ofOneTopic.getFirst().topic();
        if (!isOpen(ofOneTopic)) {
            // Whatever a client may call a topic must not become a counter.
            return;
        }
        TopicMetrics topicMetrics = metrics.topic(topic);
        topicMetrics.fetchRequest();
        for (FetchEntry entry : ofOneTopic) {
            LeasedRecords records = entry.records();
            if (records.sizeInBytes() > 0) {
                topicMetrics.fetched(
                        records.sizeInBytes(), BatchWalk.of(records).records());
            }
        }
    }

    private static boolean isOpen(List<FetchEntry> ofOneTopic) {
        for (FetchEntry entry : ofOneTopic) {
            if (entry.partition() != null) {
                return true;
            }
        }
        return false;
    }

    private void nameLeader(FetchResponseData data, PartitionData partition, FetchEntry entry, MetadataImage image) {
        boolean stale = entry.error() == Errors.NOT_LEADER_OR_FOLLOWER || entry.error() == Errors.FENCED_LEADER_EPOCH;
        if (!stale || call.version() < LEADER_VERSION) {
            return;
        }
        Leader leader = lookup.leader(image, entry.closed ? null : entry.partition(), entry.topic(), entry.index());
        partition.setCurrentLeader(
                new LeaderIdAndEpoch().setLeaderId(leader.id()).setLeaderEpoch(leader.epoch()));
        if (data.nodeEndpoints().find(leader.id()) == null) {
            lookup.endpoint(call, leader).ifPresent(node -> data.nodeEndpoints().add(endpointOf(node)));
        }
    }

    private static NodeEndpoint endpointOf(Node node) {
        return new NodeEndpoint()
                .setNodeId(node.id())
                .setHost(node.host())
                .setPort(node.port())
                .setRack(node.rack());
    }

    String connection() {
        return call.context().connectionId();
    }

    CompletableFuture<FetchResponseData> future() {
        return future;
    }

    List<FetchEntry> entries() {
        return entries;
    }

    FetchBounds bounds() {
        return bounds;
    }

    /** What the client allows, within what the broker allows. */
    record FetchBounds(int minBytes, int maxBytes, long maxWaitMs, IsolationLevel isolation) {}
}
