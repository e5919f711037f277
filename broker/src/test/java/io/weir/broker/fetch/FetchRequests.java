package io.weir.broker.fetch;

import io.weir.common.buffer.LeasedRecords;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchRequest;

/** Fetch requests for tests, by version, and what tests read from answers. */
final class FetchRequests {
    private final FetchRequestData data =
            new FetchRequestData().setMaxWaitMs(500).setMinBytes(1).setMaxBytes(1_000_000);
    private final short version;

    private FetchRequests(int version) {
        this.version = (short) version;
    }

    static FetchRequests version(int version) {
        return new FetchRequests(version);
    }

    static FetchRequests latest() {
        return new FetchRequests(18);
    }

    FetchRequests wait(int maxWaitMs, int minBytes) {
        data.setMaxWaitMs(maxWaitMs).setMinBytes(minBytes);
        return this;
    }

    FetchRequests maxBytes(int maxBytes) {
        data.setMaxBytes(maxBytes);
        return this;
    }

    FetchRequests committed() {
        data.setIsolationLevel((byte) 1);
        return this;
    }

    FetchRequests isolation(int id) {
        data.setIsolationLevel((byte) id);
        return this;
    }

    FetchRequests session(int id, int epoch) {
        data.setSessionId(id).setSessionEpoch(epoch);
        return this;
    }

    FetchRequests replica(int id) {
        if (version >= 15) {
            data.setReplicaState(new ReplicaState().setReplicaId(id));
        } else {
            data.setReplicaId(id);
        }
        return this;
    }

    FetchRequests from(String topic, Uuid id, FetchPartition... partitions) {
        data.topics()
                .add(new FetchTopic()
                        .setTopic(version < 13 ? topic : "")
                        .setTopicId(version < 13 ? Uuid.ZERO_UUID : id)
                        .setPartitions(List.of(partitions)));
        return this;
    }

    static FetchPartition at(int partition, long offset) {
        return new FetchPartition()
                .setPartition(partition)
                .setFetchOffset(offset)
                .setPartitionMaxBytes(100_000);
    }

    FetchRequest build() {
        return new FetchRequest(data, version);
    }

    static List<PartitionData> partitions(FetchResponseData answer) {
        return answer.responses().stream()
                .flatMap(topic -> topic.partitions().stream())
                .toList();
    }

    static List<Errors> errors(FetchResponseData answer) {
        return partitions(answer).stream()
                .map(partition -> Errors.forCode(partition.errorCode()))
                .toList();
    }

    static List<Integer> sizes(FetchResponseData answer) {
        return partitions(answer).stream()
                .map(partition -> partition.records().sizeInBytes())
                .toList();
    }

    /** What the wire does after it has written the answer. */
    static void release(FetchResponseData answer) {
        partitions(answer).forEach(partition -> {
            if (partition.records() instanceof LeasedRecords leased) {
                leased.release();
            }
        });
    }

    /** The answer with its records on the heap, as the library's own writer needs them. */
    static FetchResponseData copied(FetchResponseData answer) {
        partitions(answer).forEach(partition -> {
            if (partition.records() instanceof LeasedRecords leased) {
                partition.setRecords(leased.copy());
                leased.release();
            }
        });
        return answer;
    }
}
