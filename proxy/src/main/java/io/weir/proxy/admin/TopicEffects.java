package io.weir.proxy.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.CreatePartitionsRequest;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.jspecify.annotations.Nullable;

/** How it shows that topics were made, deleted or grown. */
final class TopicEffects {
    private TopicEffects() {}

    static List<Predicate<MetadataImage>> created(AbstractRequest request, ApiMessage answer, MetadataImage before) {
        List<Predicate<MetadataImage>> changes = new ArrayList<>();
        if (!((CreateTopicsRequest) request).data().validateOnly()) {
            for (CreatableTopicResult topic : ((CreateTopicsResponseData) answer).topics()) {
                if (topic.errorCode() == Errors.NONE.code()) {
                    changes.add(image -> image.topics().getTopic(topic.name()) != null);
                }
            }
        }
        return changes;
    }

    static List<Predicate<MetadataImage>> deleted(AbstractRequest request, ApiMessage answer, MetadataImage before) {
        List<Predicate<MetadataImage>> changes = new ArrayList<>();
        for (DeletableTopicResult topic : ((DeleteTopicsResponseData) answer).responses()) {
            if (topic.errorCode() == Errors.NONE.code()) {
                Uuid id = idOf(topic, before);
                // By id, for the next may have the name already. A topic that was not there is not waited for.
                if (id != null) {
                    changes.add(image -> image.topics().getTopic(id) == null);
                }
            }
        }
        return changes;
    }

    private static @Nullable Uuid idOf(DeletableTopicResult topic, MetadataImage before) {
        if (!topic.topicId().equals(Uuid.ZERO_UUID)) {
            return topic.topicId();
        }
        TopicImage known = topic.name() == null ? null : before.topics().getTopic(topic.name());
        return known == null ? null : known.id();
    }

    static List<Predicate<MetadataImage>> grown(AbstractRequest request, ApiMessage answer, MetadataImage before) {
        CreatePartitionsRequestData asked = ((CreatePartitionsRequest) request).data();
        Map<String, Integer> counts = new HashMap<>();
        for (CreatePartitionsTopic topic : asked.topics()) {
            counts.put(topic.name(), topic.count());
        }
        List<Predicate<MetadataImage>> changes = new ArrayList<>();
        for (CreatePartitionsTopicResult result : ((CreatePartitionsResponseData) answer).results()) {
            Integer count = counts.get(result.name());
            if (!asked.validateOnly() && result.errorCode() == Errors.NONE.code() && count != null) {
                changes.add(image -> {
                    TopicImage topic = image.topics().getTopic(result.name());
                    return topic == null || topic.partitions().size() >= count;
                });
            }
        }
        return changes;
    }
}
