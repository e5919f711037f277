package io.weir.proxy.support;

import io.weir.kafka.Call;
import io.weir.kafka.Service;
import io.weir.proxy.routing.Nodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.Utils;

/**
 * Three brokers over one log a partition, as shared storage gives them, behind connections that keep order, take their
 * time and break. A partition that has moved opens at its new owner after a while; until then it is refused.
 */
public final class SimulatedBrokers implements Nodes {
    private final Events events;
    private final Random random;
    private final Map<Integer, Log> logs = new HashMap<>();
    private final Map<Integer, Connection> connections = new HashMap<>();
    private int appends;
    private int refusals;

    public SimulatedBrokers(Events events, Random random, int partitions) {
        this.events = events;
        this.random = random;
        for (int partition = 0; partition < partitions; partition++) {
            logs.put(partition, new Log());
        }
    }

    /** One partition: what was appended, in order, and who may append. */
    private static final class Log {
        private final List<String> values = new ArrayList<>();
        private final Map<Long, Integer> lastSequences = new HashMap<>();
        private final Map<String, Long> offsets = new HashMap<>();
        private int owner;
        private boolean open = true;
    }

    private final class Connection implements Service {
        private final int node;
        private final List<Flight> flights = new ArrayList<>();
        private long lastArrivalMs;
        private long lastAnswerMs;

        Connection(int node) {
            this.node = node;
        }

        @Override
        public Set<ApiKeys> apis() {
            return Set.of();
        }

        @Override
        public CompletableFuture<? extends ApiMessage> call(Call call) {
            Flight flight = new Flight(call);
            flights.add(flight);
            lastArrivalMs = Math.max(lastArrivalMs, events.nowMs() + random.nextInt(8));
            events.at(lastArrivalMs, () -> arrive(flight));
            return flight.answer;
        }

        private void arrive(Flight flight) {
            if (flight.answer.isDone()) {
                return;
            }
            ApiMessage answer = append(node, (ProduceRequest) flight.call.request());
            lastAnswerMs = Math.max(lastAnswerMs, events.nowMs() + random.nextInt(8));
            events.at(lastAnswerMs, () -> {
                flights.remove(flight);
                flight.answer.complete(answer);
            });
        }

        /** What has arrived has arrived; nobody gets an answer. */
        void lose() {
            List<Flight> lost = List.copyOf(flights);
            flights.clear();
            lost.forEach(flight -> flight.answer.completeExceptionally(new NetworkException("lost")));
        }
    }

    private static final class Flight {
        private final Call call;
        private final CompletableFuture<ApiMessage> answer = new CompletableFuture<>();

        Flight(Call call) {
            this.call = call;
        }
    }

    /** From now on the partition belongs to that node, which opens it after so long. */
    public void move(int partition, int node, long opensAfterMs) {
        Log log = log(partition);
        log.owner = node;
        log.open = false;
        events.at(events.nowMs() + opensAfterMs, () -> log.open = log.owner == node || log.open);
    }

    /** The connection breaks. */
    public void lose(int node) {
        connection(node).lose();
    }

    /** What was appended to a partition, in order. */
    public List<String> values(int partition) {
        return List.copyOf(log(partition).values);
    }

    public int owner(int partition) {
        return log(partition).owner;
    }

    public int appends() {
        return appends;
    }

    public int refusals() {
        return refusals;
    }

    private Log log(int partition) {
        return Objects.requireNonNull(logs.get(partition));
    }

    private ApiMessage append(int node, ProduceRequest request) {
        ProduceResponseData answer = new ProduceResponseData();
        request.data().topicData().forEach(topic -> {
            TopicProduceResponse told =
                    new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId());
            answer.responses().add(told);
            topic.partitionData()
                    .forEach(data ->
                            told.partitionResponses().add(append(node, data.index(), (MemoryRecords) data.records())));
        });
        return answer;
    }

    private PartitionProduceResponse append(int node, int partition, MemoryRecords records) {
        Log log = log(partition);
        PartitionProduceResponse told = new PartitionProduceResponse().setIndex(partition);
        if (log.owner != node || !log.open) {
            refusals++;
            return told.setErrorCode(Errors.NOT_LEADER_OR_FOLLOWER.code());
        }
        MutableRecordBatch batch = records.batches().iterator().next();
        if (batch.baseOffset() != 0) {
            return told.setErrorCode(Errors.INVALID_RECORD.code());
        }
        String value = Utils.utf8(records.records().iterator().next().value());
        if (batch.hasProducerId()) {
            Integer last = log.lastSequences.get(batch.producerId());
            // As Kafka: whoever is unknown may begin anywhere.
            if (last != null && batch.baseSequence() <= last) {
                return told.setBaseOffset(Objects.requireNonNull(log.offsets.get(value)));
            }
            if (last != null && batch.baseSequence() != last + 1) {
                refusals++;
                return told.setErrorCode(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER.code());
            }
            log.lastSequences.put(batch.producerId(), batch.lastSequence());
        }
        appends++;
        log.offsets.put(value, (long) log.values.size());
        told.setBaseOffset(log.values.size());
        log.values.add(value);
        return told;
    }

    private Connection connection(int node) {
        return connections.computeIfAbsent(node, Connection::new);
    }

    @Override
    public Service broker(int nodeId) {
        return connection(nodeId);
    }

    @Override
    public Service coordinator(int nodeId) {
        throw new AssertionError("Nobody asked for coordinators");
    }

    @Override
    public Service controller() {
        throw new AssertionError("Nobody asked for the controller");
    }
}
