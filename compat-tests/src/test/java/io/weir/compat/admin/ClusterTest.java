package io.weir.compat.admin;

import static io.weir.compat.support.Cluster.get;
import static io.weir.compat.support.Entries.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.Records;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FeatureUpdateFailedException;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServer.class)
class ClusterTest {
    private final Cluster cluster;
    private final Admin admin;

    ClusterTest(Cluster cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    @Test
    void describesTheNodes() {
        var described = admin.describeCluster();

        assertThat(get(described.clusterId())).isNotBlank();
        assertThat(get(described.nodes())).isNotEmpty().allSatisfy(node -> {
            assertThat(node.host()).isEqualTo("127.0.0.1");
            assertThat(node.port()).isPositive();
            assertThat(node.isFenced()).isFalse();
        });
        assertThat(get(described.nodes()))
                .extracting(Node::id)
                .contains(get(described.controller()).id());
    }

    @Test
    void describesTheQuorum() {
        var quorum = get(admin.describeMetadataQuorum().quorumInfo());

        assertThat(quorum.leaderId()).isNotNegative();
        assertThat(quorum.leaderEpoch()).isPositive();
        assertThat(quorum.highWatermark()).isPositive();
        assertThat(quorum.voters()).singleElement().satisfies(voter -> {
            assertThat(voter.replicaId()).isEqualTo(quorum.leaderId());
            assertThat(voter.logEndOffset()).isPositive();
        });
    }

    @Test
    void describesTheFeatures() {
        var features = get(admin.describeFeatures().featureMetadata());

        assertThat(features.finalizedFeatures()).containsKeys("metadata.version", "group.version");
        assertThat(at(features.finalizedFeatures(), "group.version").maxVersionLevel())
                .isEqualTo((short) 1);
        assertThat(features.supportedFeatures()).containsKey("metadata.version");
        assertThat(features.finalizedFeaturesEpoch()).isPresent();
    }

    @Test
    void describesTheLogDirectories() {
        TopicPartition partition = new TopicPartition(cluster.topic(1), 0);
        Records.sendNumbers(cluster.producer(), partition, 100);
        int node = get(admin.describeCluster().nodes()).iterator().next().id();

        Map<String, LogDirDescription> directories =
                at(get(admin.describeLogDirs(List.of(node)).allDescriptions()), node);

        assertThat(directories)
                .isNotEmpty()
                .allSatisfy((path, directory) -> assertThat(directory.error()).isNull());
        assertThat(directories.values())
                .filteredOn(d -> d.replicaInfos().containsKey(partition))
                .singleElement()
                .satisfies(
                        d -> assertThat(at(d.replicaInfos(), partition).size()).isPositive());
    }

    @Test
    void anUnknownFeatureCannotBeChanged() {
        var update = Map.of("no.such.feature", new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE));

        assertThatThrownBy(() -> get(admin.updateFeatures(update, new UpdateFeaturesOptions())
                        .all()))
                .isInstanceOfAny(InvalidUpdateVersionException.class, FeatureUpdateFailedException.class);
    }
}
