package io.weir.log.partition;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/**
 * Partitions that other nodes own since, and the epochs that they asked under: metadata that comes late must not open them
 * here under an earlier one. And those that left complete, before or after anybody asked. Under its owner's monitor.
 *
 * <p>A topic is forgotten when this node has seen it end, for its id is never given again. That it is not in the metadata
 * says nothing: whoever asked may know of a topic that this node hears of later. Asks may come late as well, from nodes that
 * have not heard of an end that this one has: the last {@value #ENDED_TOPICS} topics that ended are known, and nothing is
 * noted of them. What else would stay are topics that came, moved and went while this node was told nothing.
 */
final class LetGoEpochs {
    /** More topics than end within the time that nodes hear of it later than others. */
    static final int ENDED_TOPICS = 1_000;

    private final Map<Uuid, Map<Integer, Integer>> epochs = new HashMap<>();
    private final Map<Uuid, Map<Integer, Integer>> whole = new HashMap<>();
    private final Map<Uuid, Boolean> ended = new LinkedHashMap<>();

    /** Under which the partition was let go; 0 when it was not. */
    int of(TopicIdPartition id) {
        return epochs.getOrDefault(id.topicId(), Map.of()).getOrDefault(id.partition(), 0);
    }

    /** The partition is let go for whoever owns it under this epoch; an earlier one changes nothing. */
    void letGo(TopicIdPartition id, int epoch) {
        if (!ended.containsKey(id.topicId())) {
            epochs.computeIfAbsent(id.topicId(), _ -> new HashMap<>()).merge(id.partition(), epoch, Math::max);
        }
    }

    /** Segments have all of it, as of when this node owned it under that epoch: its next owner may ask for it later. */
    void left(TopicIdPartition id, int openUnder) {
        if (!ended.containsKey(id.topicId())) {
            whole.computeIfAbsent(id.topicId(), _ -> new HashMap<>()).put(id.partition(), openUnder);
        }
    }

    /** The epoch under which it was this node's when it left; empty when it is not known to have been. */
    OptionalInt leftUnder(TopicIdPartition id) {
        Integer epoch = whole.getOrDefault(id.topicId(), Map.of()).get(id.partition());
        return epoch == null ? OptionalInt.empty() : OptionalInt.of(epoch);
    }

    /** It is this node's again. */
    void taken(TopicIdPartition id) {
        forget(epochs, id);
        forget(whole, id);
    }

    private static void forget(Map<Uuid, Map<Integer, Integer>> noted, TopicIdPartition id) {
        noted.computeIfPresent(id.topicId(), (_, partitions) -> {
            partitions.remove(id.partition());
            return partitions.isEmpty() ? null : partitions;
        });
    }

    /** The metadata had these topics, and has them no longer. */
    void ended(Collection<Uuid> topics) {
        for (Uuid topic : topics) {
            epochs.remove(topic);
            whole.remove(topic);
            ended.put(topic, true);
        }
        var eldest = ended.keySet().iterator();
        while (ended.size() > ENDED_TOPICS) {
            eldest.next();
            eldest.remove();
        }
    }

    /** Topics of which something is noted. */
    int topics() {
        return epochs.size();
    }
}
