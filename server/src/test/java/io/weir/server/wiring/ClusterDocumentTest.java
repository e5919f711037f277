package io.weir.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.metadata.node.Role;
import io.weir.server.json.Json;
import io.weir.server.settings.WeirSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterDocumentTest {
    private static final Uuid TOPIC = Uuid.randomUuid();

    private final MetadataDelta delta =
            new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();

    @Test
    void whoOwnsWhatAndWhatNobodyOwnsIsCounted() {
        node(11, false, Role.BROKER);
        node(12, true, Role.BROKER);
        node(13, false, Role.PROXY);
        delta.replay(new TopicRecord().setName("orders").setTopicId(TOPIC));
        partition(0, 11, List.of(11, 12), List.of(11));
        partition(1, 11, List.of(12, 11), List.of(11));
        partition(2, -1, List.of(12), List.of(12));

        Map<String, @Nullable Object> document = document();

        assertThat(document)
                .containsEntry("clusterId", "the-cluster")
                .containsEntry("controller", 7)
                .containsEntry("partitions", 3L)
                .containsEntry("partitionsWithoutOwner", 1L)
                .containsEntry("withoutOwner", List.of("orders-2"))
                .containsEntry("outOfSync", 0L)
                .containsEntry("balance", Map.of("broker", Map.of("fewest", 2, "most", 2)));
        assertThat(Json.write(document.get("nodes")))
                .contains(
                        "{\"id\":11,\"roles\":[\"broker\"],\"rack\":null,\"state\":\"alive\",\"epoch\":11,\"leaders\":2,\"candidate\":2")
                .contains(
                        "\"id\":12,\"roles\":[\"broker\"],\"rack\":null,\"state\":\"fenced\",\"epoch\":12,\"leaders\":0,\"candidate\":3")
                .contains("\"id\":13,\"roles\":[\"proxy\"]");
    }

    @Test
    void aLivingCandidateThatCouldNotBeGivenAPartitionIsCounted() {
        node(11, false, Role.BROKER);
        node(12, false, Role.BROKER);
        delta.replay(new TopicRecord().setName("orders").setTopicId(TOPIC));
        partition(0, 11, List.of(11, 12), List.of(11));
        partition(1, 12, List.of(11, 12), List.of(11, 12));

        assertThat(document()).containsEntry("outOfSync", 1L);
    }

    private Map<String, @Nullable Object> document() {
        return ClusterDocument.of(
                WeirSettings.defaults(), "the-cluster", Optional.of(7), delta.apply(MetadataProvenance.EMPTY));
    }

    private void node(int id, boolean fenced, Role role) {
        RegisterBrokerRecord record = new RegisterBrokerRecord()
                .setBrokerId(id)
                .setBrokerEpoch(id)
                .setRack(null)
                .setFenced(fenced);
        record.features()
                .add(new RegisterBrokerRecord.BrokerFeature()
                        .setName(role.feature())
                        .setMinSupportedVersion((short) 0)
                        .setMaxSupportedVersion((short) 1));
        delta.replay(record);
    }

    private void partition(int number, int leader, List<Integer> replicas, List<Integer> isr) {
        delta.replay(new PartitionRecord()
                .setTopicId(TOPIC)
                .setPartitionId(number)
                .setLeader(leader)
                .setReplicas(replicas)
                .setIsr(isr)
                .setDirectories(
                        replicas.stream().map(replica -> new Uuid(1, replica)).toList()));
    }
}
