package io.weir.proxy.partition;

import io.weir.proxy.routing.Owners;
import io.weir.proxy.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.image.MetadataImage;

/**
 * One partition that a request names, with what it says about it.
 *
 * @param body the partition's part of the request, as it came
 */
record PartitionItem<P>(TopicPartition partition, P body) {
    /** To the owner. */
    static Route route(MetadataImage image, PartitionItem<?> item) {
        return Owners.route(
                image.topics().getTopic(item.partition().topic()),
                item.partition().partition(),
                Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    /** Requests and answers list partitions under topics: one topic for each run of items of the same topic. */
    static <P, E, T> List<T> byTopic(
            List<PartitionItem<P>> items, List<E> elements, BiFunction<String, List<E>, T> topic) {
        List<T> topics = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= items.size(); i++) {
            String name = items.get(start).partition().topic();
            if (i == items.size() || !items.get(i).partition().topic().equals(name)) {
                topics.add(topic.apply(name, new ArrayList<>(elements.subList(start, i))));
                start = i;
            }
        }
        return topics;
    }

    /** As {@link #byTopic(List, List, BiFunction)}, of the items' own bodies. */
    static <P, T> List<T> byTopic(List<PartitionItem<P>> items, BiFunction<String, List<P>, T> topic) {
        return byTopic(items, items.stream().map(PartitionItem::body).toList(), topic);
    }
}
