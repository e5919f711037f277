package io.weir.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.compat.server.NodeProcess;
import io.weir.compat.support.Await;
import io.weir.compat.support.Cluster;
import io.weir.compat.support.RawConnection;
import io.weir.compat.support.Records;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes in processes of their own that know each other by a secret, and those who do not know it. */
@ExtendWith(SharedCluster.class)
@DisabledIfSystemProperty(named = "weir.test.bootstrap", matches = ".*", disabledReason = "starts a cluster of its own")
@DisabledIfSystemProperty(named = "weir.test.command", matches = ".*", disabledReason = "starts a cluster of its own")
class SecretTest {
    private static final int PARTITIONS = 4;

    private final SecuredCluster cluster;

    SecretTest(SecuredCluster cluster) {
        this.cluster = cluster;
    }

    @AfterEach
    void nobodyHasWrittenASecretAnywhere() {
        for (NodeProcess node : cluster.members()) {
            assertThat(node.log()).as(node.toString()).isNotEmpty().doesNotContain(cluster.secrets());
        }
        assertThat(cluster.node(SecuredCluster.STRANGER).log()).doesNotContain(cluster.secrets());
    }

    @Test
    void clientsProduceConsumeAndRebalanceAsEver() throws Exception {
        try (Cluster clients = cluster.clients()) {
            String topic = clients.topic(PARTITIONS);
            String group = Cluster.name("group");
            KafkaConsumer<String, String> stays = clients.consumer("group.id", group);
            KafkaConsumer<String, String> goes = clients.consumer("group.id", group);
            stays.subscribe(List.of(topic));
            goes.subscribe(List.of(topic));
            List<String> values = new ArrayList<>();
            poll(
                    "two partitions each",
                    values,
                    List.of(stays, goes),
                    () -> stays.assignment().size() == 2 && goes.assignment().size() == 2);

            produce(clients, topic, 0, 40);
            poll("what was produced", values, List.of(stays, goes), () -> values.size() == 40);
            stays.commitSync();
            goes.commitSync();
            goes.close();
            poll(
                    "all partitions",
                    values,
                    List.of(stays),
                    () -> stays.assignment().size() == PARTITIONS);
            produce(clients, topic, 40, 80);
            poll("what was produced then", values, List.of(stays), () -> values.size() == 80);

            assertThat(values)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 80).mapToObj(Integer::toString).toList());
        }
    }

    private static void produce(Cluster clients, String topic, int from, int to) {
        Records.send(
                clients.producer(),
                to - from,
                i -> new ProducerRecord<>(topic, i % PARTITIONS, null, Integer.toString(from + i)));
    }

    private static void poll(
            String what, List<String> values, List<KafkaConsumer<String, String>> members, Callable<Boolean> enough) {
        Await.until(what, () -> {
            for (KafkaConsumer<String, String> member : members) {
                member.poll(Duration.ofMillis(20)).forEach(record -> values.add(record.value()));
            }
            return enough.call();
        });
    }

    @Test
    void aNodeWithAnotherSecretDoesNotGetInAndSaysWhy() {
        NodeProcess stranger = cluster.node(SecuredCluster.STRANGER);

        stranger.launch();

        assertThat(stranger.ended(Await.BOUND)).as("it gives up").isTrue();
        assertThat(stranger.exitStatus()).isNotZero();
        assertThat(stranger.log())
                .contains("Cannot start")
                .contains("give it the same weir.internal.secret.file as them");
        assertThat(cluster.node(SecuredCluster.CONTROLLER).log())
                .contains("Node refused: it does not know the secret of this cluster");
        assertThat(cluster.node(SecuredCluster.FIRST).get("/api/cluster").body())
                .contains("\"id\":4")
                .doesNotContain("\"id\":5");
    }

    @Test
    void clientsAreRefusedWhereNodesAndControllersListen() throws Exception {
        List<String> listeners = List.of(
                cluster.node(SecuredCluster.FIRST).internal(),
                cluster.node(SecuredCluster.CONTROLLER).controller());
        for (String listener : listeners) {
            assertThatThrownBy(() -> metadata(listener)).as(listener).hasRootCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> describe(listener, "guessed by somebody"))
                    .as(listener)
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
        assertThat(metadata(cluster.node(SecuredCluster.FIRST).clients()).brokers())
                .as("the same request is answered where clients belong")
                .isNotEmpty();
    }

    private static MetadataResponse metadata(String listener) throws IOException {
        try (RawConnection connection = new RawConnection(listener)) {
            return connection.call(
                    new MetadataRequest.Builder(List.of(), false).build((short) 9), MetadataResponse.class);
        }
    }

    private static void describe(String listener, String password) throws ExecutionException, InterruptedException {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                listener,
                "request.timeout.ms",
                10_000,
                "default.api.timeout.ms",
                15_000,
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-256",
                "sasl.jaas.config",
                ScramLoginModule.class.getName() + " required username=\"weir\" password=\"" + password + "\";");
        try (Admin admin = Admin.create(settings)) {
            Objects.requireNonNull(admin.describeCluster().clusterId().get());
        }
    }
}
