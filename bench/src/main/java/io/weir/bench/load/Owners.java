package io.weir.bench.load;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** Who leads the partitions of a topic, as an admin client is told. One thread. */
public final class Owners implements AutoCloseable {
    private static final long BOUND_MS = 300_000;
    private static final int LOOK_AGAIN_MS = 50;
    private static final int NOBODY = -1;

    private final Admin admin;
    private final String topic;
    private final Time time;

    public Owners(Clients clients, String topic, Time time) {
        this.admin = clients.admin();
        this.topic = topic;
        this.time = time;
    }

    /** The node that leads each partition; -1 for nobody. */
    public Map<Integer, Integer> now() throws IOException, InterruptedException {
        while (true) {
            try {
                TopicDescription described = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .get(topic);
                return leaders(described);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException)) {
                    throw new IOException("cannot find the owners of " + topic + ": " + e.getCause(), e);
                }
            }
        }
    }

    private static Map<Integer, Integer> leaders(@Nullable TopicDescription described) {
        Map<Integer, Integer> leaders = new HashMap<>();
        if (described != null) {
            for (TopicPartitionInfo partition : described.partitions()) {
                leaders.put(
                        partition.partition(),
                        partition.leader() == null ? NOBODY : partition.leader().id());
            }
        }
        return leaders;
    }

    /** Those that a node leads, sorted. */
    public static List<Integer> of(int node, Map<Integer, Integer> leaders) {
        return leaders.entrySet().stream()
                .filter(one -> one.getValue() == node)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** The node that leads most, the one with the highest number of several; -1 when nobody leads anything. */
    public static int fullest(Map<Integer, Integer> leaders) {
        Map<Integer, Integer> counts = new TreeMap<>();
        leaders.values().forEach(node -> counts.merge(node, 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(NOBODY);
    }

    /**
     * Waits until these nodes lead all partitions, as many each but for one.
     *
     * @param progress told how many each leads now and then
     * @return who leads which then
     * @throws IOException when it does not come to that within five minutes
     */
    public Map<Integer, Integer> awaitEven(Set<Integer> nodes, Consumer<String> progress)
            throws IOException, InterruptedException {
        long deadline = time.milliseconds() + BOUND_MS;
        while (true) {
            Map<Integer, Integer> leaders = now();
            Map<Integer, Integer> counts = new TreeMap<>();
            nodes.forEach(node -> counts.put(node, 0));
            leaders.values().forEach(node -> counts.merge(node, 1, Integer::sum));
            int most =
                    counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
            int least =
                    counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
            if (counts.keySet().equals(nodes) && most - least <= 1) {
                return leaders;
            }
            progress.accept("leaders " + counts);
            if (time.milliseconds() > deadline) {
                throw new IOException("the leaders of " + topic + " have not become even: " + counts);
            }
            time.sleep(LOOK_AGAIN_MS);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
