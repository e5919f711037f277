package io.weir.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** Makes topics, and waits for a server that can make them. One thread. */
public final class Topics {
    private static final Duration BOUND = Duration.ofMinutes(5);
    private static final int LOOK_AGAIN_MS = 5;
    /** Kafka's controller refuses to make more than 10,000 at a time. */
    private static final int PARTITIONS_AT_A_TIME = 5000;

    private final Clients clients;
    private final Time time;

    public Topics(Clients clients, Time time) {
        this.clients = clients;
        this.time = time;
    }

    /**
     * Waits until somebody takes connections, at each of the addresses.
     *
     * @param alive asked again and again; when it says no there is no use in waiting
     * @throws IOException when nobody does within five minutes, or the server is not alive
     */
    public static void awaitPort(String bootstrap, Time time, BooleanSupplier alive) throws IOException {
        for (String address : bootstrap.split(",")) {
            awaitOne(address, time, alive);
        }
    }

    private static void awaitOne(String bootstrap, Time time, BooleanSupplier alive) throws IOException {
        int colon = bootstrap.lastIndexOf(':');
        String host = bootstrap.substring(0, colon);
        int port = Integer.parseInt(bootstrap.substring(colon + 1));
        long deadline = time.milliseconds() + BOUND.toMillis();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), 1000);
                return;
            } catch (IOException e) {
                if (!alive.getAsBoolean()) {
                    throw new IOException("the server ended before it took connections", e);
                }
                if (time.milliseconds() > deadline) {
                    throw new IOException("nobody takes connections at " + bootstrap, e);
                }
                time.sleep(LOOK_AGAIN_MS);
            }
        }
    }

    /**
     * Makes a topic and waits until each of its partitions answers. A server may say that a topic is made before all of its
     * partitions are: a producer that begins then can have its first batch refused and the second one taken, which no
     * retry mends.
     *
     * @throws IOException when it cannot be made
     */
    public void create(String topic, int partitions) throws IOException, InterruptedException {
        try (Admin admin = clients.admin()) {
            int made = Math.min(partitions, PARTITIONS_AT_A_TIME);
            NewTopic wanted = new NewTopic(topic, Optional.of(made), Optional.empty());
            insist(() -> admin.createTopics(List.of(wanted)).all(), "make topic " + topic);
            while (made < partitions) {
                made = Math.min(partitions, made + PARTITIONS_AT_A_TIME);
                Map<String, NewPartitions> more = Map.of(topic, NewPartitions.increaseTo(made));
                insist(() -> admin.createPartitions(more).all(), "give " + topic + " " + made + " partitions");
            }
            Map<TopicPartition, OffsetSpec> starts = new HashMap<>();
            for (int partition = 0; partition < partitions; partition++) {
                starts.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
            }
            insist(() -> admin.listOffsets(starts).all(), "find the partitions of " + topic);
        }
    }

    /** Asks again while a server that has just started may become ready. */
    private void insist(Supplier<KafkaFuture<?>> request, String what) throws IOException, InterruptedException {
        long deadline = time.milliseconds() + BOUND.toMillis();
        while (true) {
            try {
                request.get().get();
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof TopicExistsException) {
                    return; // The answer of an earlier try was lost.
                }
                if (!mayBecomeReady(e.getCause()) || time.milliseconds() > deadline) {
                    throw new IOException("cannot " + what + ": " + e.getCause(), e);
                }
                time.sleep(LOOK_AGAIN_MS);
            }
        }
    }

    /** A server that has just started may not have a node yet that could take the topic. */
    private static boolean mayBecomeReady(@Nullable Throwable cause) {
        return cause instanceof RetriableException || cause instanceof InvalidReplicationFactorException;
    }
}
