package io.weir.broker.produce;

import io.weir.broker.BrokerConfig;
import io.weir.broker.lookup.KafkaErrors;
import io.weir.broker.lookup.PartitionLookup;
import io.weir.broker.lookup.PartitionLookup.Leader;
import io.weir.broker.metrics.BrokerMetrics;
import io.weir.broker.metrics.TopicMetrics;
import io.weir.kafka.Call;
import io.weir.log.Partition;
import io.weir.log.Partition.Appended;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.server.util.timer.Timer;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.jspecify.annotations.Nullable;

/**
 * PRODUCE. Appends on the caller's thread and answers when every partition has its offsets and its acknowledgement.
 * acks=1 and acks=-1 both mean the topic's own durability ({@code weir.ack}); acks=0 waits for the offsets only, so
 * that back-pressure still reaches the connection.
 */
public final class Produce {
    /** From this version on errors name the current leader (KIP-951). */
    private static final short LEADER_VERSION = 10;
    /** From this version on topics are named by id (KIP-516). */
    private static final short TOPIC_ID_VERSION = 13;
    /** Kafka lets a client of this id write to internal topics, for repairs. */
    private static final String ADMIN_CLIENT_ID = "__admin_client";

    private final PartitionLookup lookup;
    private final Timer timer;
    private final BrokerMetrics metrics;
    private final BrokerConfig config;

    /** The timer is the one clock of all requests. */
    public Produce(PartitionLookup lookup, Timer timer, BrokerMetrics metrics, BrokerConfig config) {
        this.lookup = lookup;
        this.timer = timer;
        this.metrics = metrics;
        this.config = config;
    }

    /** Any thread; {@link io.weir.kafka.Service#call} says the rest. */
    public CompletableFuture<ProduceResponseData> handle(Call call) {
        ProduceRequest request = (ProduceRequest) call.request();
        ProduceRequestData data = request.data();
        MetadataImage image = lookup.image();
        ProduceAnswer answer = new ProduceAnswer(this, call, data.acks(), timeoutMs(data));
        metrics.pendingProduces(1);
        for (TopicProduceData topic : data.topicData()) {
            String name =
                    call.version() >= TOPIC_ID_VERSION ? PartitionLookup.nameOf(image, topic.topicId()) : topic.name();
            if (name != null && image.topics().getTopic(name) != null) {
                metrics.topic(name).produceRequest();
            }
            for (PartitionProduceData partition : topic.partitionData()) {
                append(answer, image, topic, name, partition);
            }
        }
        return answer.issued(timer);
    }

    private void append(
            ProduceAnswer answer,
            MetadataImage image,
            TopicProduceData topic,
            @Nullable String name,
            PartitionProduceData partition) {
        int size = partition.records() == null ? 0 : partition.records().sizeInBytes();
        PartitionAppend append = new PartitionAppend(answer, topic, partition.index(), size);
        answer.add(append);
        boolean begun = false;
        try {
            Partition target = target(answer, image, topic, name, partition.index());
            MemoryRecords records =
                    ProduceCheck.check(partition.records(), answer.call().version());
            answer.begin();
            begun = true;
            append.append(target, records);
        } catch (RuntimeException refused) {
            append.refuse(refused);
            if (begun) {
                answer.failedToPlace();
            }
        }
    }

    private Partition target(
            ProduceAnswer answer, MetadataImage image, TopicProduceData topic, @Nullable String name, int index) {
        if (name == null) {
            throw Errors.UNKNOWN_TOPIC_ID.exception();
        }
        short acks = ((ProduceRequest) answer.call().request()).acks();
        if (acks < -1 || acks > 1) {
            throw Errors.INVALID_REQUIRED_ACKS.exception();
        }
        if (Topic.isInternal(name)
                && !ADMIN_CLIENT_ID.equals(answer.call().context().clientId())) {
            throw new InvalidTopicException("Cannot append to internal topic " + name);
        }
        Partition target = lookup.find(name, index);
        if (target == null) {
            throw PartitionLookup.absence(image, name, index).exception();
        }
        boolean byId = !topic.topicId().equals(Uuid.ZERO_UUID);
        if (byId && !topic.topicId().equals(target.id().topicId())) {
            throw Errors.UNKNOWN_TOPIC_ID.exception();
        }
        return target;
    }

    private long timeoutMs(ProduceRequestData data) {
        long requested =
                Math.clamp(data.timeoutMs(), 0, config.maxRequestTimeout().toMillis());
        return data.acks() == -1
                ? requested
                : Math.max(requested, config.leaderAckTimeout().toMillis());
    }

    /** Builds the answer and counts it; called once a request. */
    ProduceResponseData answer(ProduceAnswer answer) {
        metrics.pendingProduces(-1);
        MetadataImage image = lookup.image();
        ProduceResponseData data = new ProduceResponseData();
        TopicProduceResponse response = null;
        TopicProduceData topic = null;
        TopicMetrics topicMetrics = null;
        for (PartitionAppend append : answer.appends()) {
            if (response == null || topic == null || !isSame(topic, append.topic())) {
                topic = append.topic();
                response = new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId());
                data.responses().add(response);
                topicMetrics = null;
            }
            Errors error = append.outcome(answer.needsAcknowledgement());
            PartitionProduceResponse partition = new PartitionProduceResponse()
                    .setIndex(append.index())
                    .setErrorCode(error.code())
                    .setBaseOffset(ProduceResponse.INVALID_OFFSET);
            response.partitionResponses().add(partition);
            Appended appended = append.appended();
            if (error == Errors.NONE && appended != null) {
                partition
                        .setBaseOffset(appended.firstOffset())
                        .setLogAppendTimeMs(appended.logAppendTimeMs())
                        .setLogStartOffset(appended.logStartOffset());
                if (!appended.duplicate()) {
                    if (topicMetrics == null) {
                        topicMetrics = metrics.topic(
                                append.partition() == null
                                        ? topic.name()
                                        : append.partition().id().topic());
                    }
                    topicMetrics.produced(append.sizeBytes(), appended.nextOffset() - appended.firstOffset());
                }
            } else {
                describe(data, partition, append, error, answer.call(), image);
            }
        }
        return data;
    }

    private static boolean isSame(TopicProduceData left, TopicProduceData right) {
        return left.topicId().equals(right.topicId()) && left.name().equals(right.name());
    }

    private void describe(
            ProduceResponseData data,
            PartitionProduceResponse partition,
            PartitionAppend append,
            Errors error,
            Call call,
            MetadataImage image) {
        metrics.error(ApiKeys.PRODUCE, error);
        Throwable cause = append.error();
        if (cause != null && error != Errors.UNKNOWN_SERVER_ERROR) {
            Throwable shown = KafkaErrors.unwrap(cause);
            if (!error.message().equals(shown.getMessage())) {
                partition.setErrorMessage(shown.getMessage());
            }
            describeRecords(partition, cause);
        }
        Partition local = append.partition();
        if (local != null && error != Errors.NOT_LEADER_OR_FOLLOWER) {
            partition.setLogStartOffset(local.logStartOffset());
        }
        if (error == Errors.NOT_LEADER_OR_FOLLOWER && call.version() >= LEADER_VERSION) {
            nameLeader(data, partition, append, call, image);
        }
    }

    private static void describeRecords(PartitionProduceResponse partition, Throwable cause) {
        Throwable direct = cause instanceof RecordValidationException ? cause : cause.getCause();
        if (direct instanceof RecordValidationException invalid) {
            for (ProduceResponse.RecordError record : invalid.recordErrors()) {
                partition
                        .recordErrors()
                        .add(new BatchIndexAndErrorMessage()
                                .setBatchIndex(record.batchIndex)
                                .setBatchIndexErrorMessage(record.message));
            }
        }
    }

    private void nameLeader(
            ProduceResponseData data,
            PartitionProduceResponse partition,
            PartitionAppend append,
            Call call,
            MetadataImage image) {
        String name = call.version() >= TOPIC_ID_VERSION
                ? PartitionLookup.nameOf(image, append.topic().topicId())
                : append.topic().name();
        if (name == null) {
            return;
        }
        Leader leader = lookup.leader(image, append.partition(), name, append.index());
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
}
