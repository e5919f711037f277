package io.weir.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Fills partitions with old data, in large batches. One thread. */
public final class Filler {
    private static final int RECORD_SIZE = 1000;
    /** One after the other to the same partition, so that batches become full. */
    private static final int IN_A_ROW = 200;

    private final Clients clients;
    private final String topic;

    public Filler(Clients clients, String topic) {
        this.clients = clients;
        this.topic = topic;
    }

    /**
     * Sends as many bytes to each of these partitions and waits for the acknowledgements.
     *
     * @param bytes in all
     * @param progress told the bytes sent now and then
     * @return records in all
     */
    public long fill(List<Integer> partitions, long bytes, LongConsumer progress) throws IOException {
        Map<String, String> settings = Map.of(
                ProducerConfig.BATCH_SIZE_CONFIG,
                Integer.toString(IN_A_ROW * (RECORD_SIZE + 20)),
                ProducerConfig.LINGER_MS_CONFIG,
                "100",
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                Integer.toString(256 << 20));
        long sent = 0;
        try (Sender sender =
                new Sender(clients.producer(Workload.empty(), settings), topic, new Payloads(RECORD_SIZE))) {
            while (sent * RECORD_SIZE < bytes) {
                for (int partition : partitions) {
                    for (int record = 0; record < IN_A_ROW; record++) {
                        sender.send(partition, () -> {});
                        sent++;
                    }
                    progress.accept(sent * RECORD_SIZE);
                    if (sent * RECORD_SIZE >= bytes) {
                        break;
                    }
                }
            }
            sender.flush();
        }
        return sent;
    }
}
