package io.weir.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.server.SharedServer;
import io.weir.compat.support.Cluster;
import org.apache.kafka.tools.BrokerApiVersionsCommand;
import org.apache.kafka.tools.ClusterTool;
import org.apache.kafka.tools.FeatureCommand;
import org.apache.kafka.tools.MetadataQuorumCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kafka-broker-api-versions.sh}, {@code kafka-metadata-quorum.sh}, {@code kafka-features.sh} and such. */
@ExtendWith(SharedServer.class)
class ClusterToolsTest {
    private final Cluster cluster;

    ClusterToolsTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void printsTheApisOfEveryNode() throws Exception {
        var printed = new Tool(BrokerApiVersionsCommand::main).run(Arguments.of(cluster));

        assertThat(printed.status()).as(printed.err()).isZero();
        assertThat(printed.out()).contains("Produce(0): ", "Fetch(1): ", "ConsumerGroupHeartbeat(68): ", "127.0.0.1");
    }

    @Test
    void printsTheQuorum() throws Exception {
        var status = new Tool(MetadataQuorumCommand::main).run(Arguments.of(cluster, "describe", "--status"));
        assertThat(status.status()).as(status.err()).isZero();
        assertThat(status.out()).contains("ClusterId:", "LeaderId:", "HighWatermark:", "CurrentVoters:");

        var replication = new Tool(MetadataQuorumCommand::main).run(Arguments.of(cluster, "describe", "--replication"));
        assertThat(replication.status()).as(replication.err()).isZero();
        assertThat(replication.out()).contains("NodeId", "LogEndOffset", "Leader");
    }

    @Test
    void printsTheFeatures() throws Exception {
        var described = new Tool(FeatureCommand::main).run(Arguments.of(cluster, "describe"));

        assertThat(described.status()).as(described.err()).isZero();
        assertThat(described.out()).contains("Feature: metadata.version", "Feature: group.version");
    }

    @Test
    void printsTheClustersIdAndNodes() throws Exception {
        var id = new Tool(ClusterTool::main).run("cluster-id", "--bootstrap-server", cluster.bootstrap());
        assertThat(id.status()).as(id.err()).isZero();
        assertThat(id.out()).contains("Cluster ID: ");

        var nodes = new Tool(ClusterTool::main).run("list-endpoints", "--bootstrap-server", cluster.bootstrap());
        assertThat(nodes.status()).as(nodes.err()).isZero();
        assertThat(nodes.out()).contains("127.0.0.1");
    }
}
