package io.weir.compat.cluster;

import static io.weir.compat.cluster.SecuredCluster.BROKER;
import static io.weir.compat.cluster.SecuredCluster.CONTROLLER;
import static io.weir.compat.cluster.SecuredCluster.FIRST;
import static io.weir.compat.cluster.SecuredCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.support.Await;
import io.weir.compat.tools.Tool;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.tools.BrokerApiVersionsCommand;
import org.apache.kafka.tools.ClusterTool;
import org.apache.kafka.tools.FeatureCommand;
import org.apache.kafka.tools.MetadataQuorumCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kafka-metadata-quorum.sh}, {@code kafka-cluster.sh} and such, where there are several nodes to tell of. */
@ExtendWith(SharedCluster.class)
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "starts a cluster of its own")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "starts a cluster of its own")
class WatchingToolsTest {
    private final SecuredCluster cluster;

    WatchingToolsTest(SecuredCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void theQuorumAndWhoFollowsIt() throws Exception {
        var status = new Tool(MetadataQuorumCommand::main).run(ClusterArguments.of(cluster, "describe", "--status"));
        assertThat(status.status()).as(status.err()).isZero();
        assertThat(status.out())
                .containsPattern("LeaderId: +" + CONTROLLER + "\n")
                .containsPattern("CurrentVoters: +\\[\\{\"id\": " + CONTROLLER)
                .containsPattern("CurrentObservers: .*\"id\": " + FIRST);

        var replication = new Tool(MetadataQuorumCommand::main)
                .run(ClusterArguments.of(cluster, "describe", "--replication", "--human-readable"));
        assertThat(replication.status()).as(replication.err()).isZero();
        assertThat(replication.out())
                .containsPattern("(?m)^" + CONTROLLER + "\\b.*\\bLeader")
                .containsPattern("(?m)^" + FIRST + "\\b.*\\bObserver")
                .containsPattern("(?m)^" + SECOND + "\\b.*\\bObserver")
                .containsPattern("(?m)^" + BROKER + "\\b.*\\bObserver");
    }

    @Test
    void theApisOfEveryNodeThatClientsReach() throws Exception {
        var printed = new Tool(BrokerApiVersionsCommand::main).run(ClusterArguments.of(cluster));

        assertThat(printed.status()).as(printed.err()).isZero();
        for (int id : List.of(FIRST, SECOND)) {
            assertThat(printed.out())
                    .contains(cluster.node(id).clients() + " (id: " + id + " rack: null isFenced: false) -> (");
        }
        assertThat(printed.out()).doesNotContain("ERROR");
    }

    @Test
    void theFeatures() throws Exception {
        var described = new Tool(FeatureCommand::main).run(ClusterArguments.of(cluster, "describe"));

        assertThat(described.status()).as(described.err()).isZero();
        assertThat(described.out()).contains("Feature: metadata.version", "Feature: group.version");
    }

    @Test
    void theNodesAndThatOneIsGoneForGood() throws Exception {
        var endpoints = clusterTool("list-endpoints");
        assertThat(endpoints.status()).as(endpoints.err()).isZero();
        for (int id : List.of(FIRST, SECOND, BROKER)) {
            assertThat(endpoints.out()).containsPattern("(?m)^" + id + "\\b.*\\bbroker");
        }

        cluster.node(BROKER).kill();
        Await.until("its session ends", () -> endpointLine(BROKER).contains(" fenced"));
        var unregistered = clusterTool("unregister", "--id", Integer.toString(BROKER));
        assertThat(unregistered.status()).as(unregistered.err()).isZero();
        assertThat(unregistered.out()).contains("Broker " + BROKER + " is no longer registered.");
        Await.until("every proxy sees it", () -> endpointLine(BROKER).isEmpty());
        var again = clusterTool("unregister", "--id", Integer.toString(BROKER));
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).containsIgnoringCase("registered");

        cluster.node(BROKER).start();
        Await.until("it registers anew", () -> endpointLine(BROKER).contains("unfenced"));
    }

    private String endpointLine(int id) throws Exception {
        return clusterTool("list-endpoints", "--include-fenced-brokers")
                .out()
                .lines()
                .filter(line -> line.startsWith(id + " "))
                .findFirst()
                .orElse("");
    }

    private Tool.Result clusterTool(String command, String... more) throws Exception {
        String[] words = Stream.concat(Stream.of(command, "--bootstrap-server", cluster.bootstrap()), Stream.of(more))
                .toArray(String[]::new);
        return new Tool(ClusterTool::main).run(words);
    }
}
