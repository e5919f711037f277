package io.weir.compat.crash;

import io.weir.compat.support.Await;
import io.weir.compat.support.RawConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;

/**
 * A partition as one node gives it out, batch by batch, from its start to its end.
 *
 * @param batches how many
 * @param hash of all their bytes, in order
 * @param fallingEpochs where a batch has a lower leader epoch than one before it: a stale owner's
 */
record RawLog(int batches, String hash, List<String> fallingEpochs) {
    private static final short VERSION = 12;
    private static final int FETCH_BYTES = 1 << 20;

    /**
     * Asks this node alone, whoever owns the partition.
     *
     * @param supervise called when it did not answer: a node ends when it learns, late, that it was taken for dead
     */
    static RawLog of(String node, TopicPartition from, long endOffset, Runnable supervise) {
        MessageDigest digest = sha256();
        List<String> falling = new ArrayList<>();
        int batches = 0;
        int epoch = 0;
        long at = 0;
        while (at < endOffset) {
            MemoryRecords records = fetch(node, from, at, supervise);
            for (RecordBatch batch : records.batches()) {
                if (batch.partitionLeaderEpoch() < epoch) {
                    falling.add(from + " has epoch " + batch.partitionLeaderEpoch() + " at offset " + batch.baseOffset()
                            + ", after " + epoch);
                }
                epoch = batch.partitionLeaderEpoch();
                at = batch.nextOffset();
                batches++;
            }
            ByteBuffer bytes = records.buffer().duplicate();
            digest.update(bytes.limit(bytes.position() + records.validBytes()));
        }
        return new RawLog(batches, HexFormat.of().formatHex(digest.digest()), falling);
    }

    private static MemoryRecords fetch(String node, TopicPartition from, long offset, Runnable supervise) {
        var wanted = new FetchRequest.PartitionData(Uuid.ZERO_UUID, offset, 0, FETCH_BYTES, Optional.empty());
        FetchRequest request = FetchRequest.Builder.forConsumer(VERSION, 1_000, 1, Map.of(from, wanted))
                .build(VERSION);
        return Await.value(
                "batches of " + from + " from " + offset + " on by " + node,
                () -> {
                    try (RawConnection connection = new RawConnection(node)) {
                        return records(connection.call(request, FetchResponse.class));
                    } catch (IOException e) {
                        supervise.run();
                        throw e;
                    }
                },
                records -> records.validBytes() > 0);
    }

    private static MemoryRecords records(FetchResponse answer) throws IOException {
        var partition = answer.data().responses().getFirst().partitions().getFirst();
        if (partition.errorCode() != 0) {
            throw new IOException("error " + Errors.forCode(partition.errorCode()));
        }
        return (MemoryRecords) FetchResponse.recordsOrFail(partition);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
