package io.weir.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testkit.EmbeddedWeir;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

/** A load on a server in this process. */
class SteadyLoadTest {
    @Test
    void everyPartitionIsServedAndWhatWaitedIsNoted() throws Exception {
        try (EmbeddedWeir weir = EmbeddedWeir.inMemory()) {
            Clients clients = new Clients(weir.bootstrapServers());
            new Topics(clients, Time.SYSTEM).create("steady", 3);
            Payloads payloads = new Payloads(100);
            try (SteadyLoad load = new SteadyLoad(clients, "steady", 3, 2, 200, payloads, Time.SYSTEM)) {
                load.awaitAllServed(Duration.ofMinutes(1), served -> {});
                load.mark();
                load.awaitAllServed(Duration.ofMinutes(1), served -> {});
                load.stop();
                assertThat(load.errors()).as(load.because()).isZero();
                assertThat(load.servedAfter(List.of(0, 1, 2)))
                        .isSorted()
                        .allSatisfy(after -> assertThat(after).isPositive());
                assertThat(load.longestMs()).isPositive();
                assertThat(load.longerThan(Duration.ZERO)).isEqualTo(3);
            }
        }
    }

    @Test
    void whatIsRefusedIsCounted() throws Exception {
        try (EmbeddedWeir weir = EmbeddedWeir.inMemory()) {
            Clients clients = new Clients(weir.bootstrapServers());
            try (Admin admin = clients.admin()) {
                admin.createTopics(List.of(new NewTopic("steady", 1, (short) 1)
                                .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "200"))))
                        .all()
                        .get();
            }
            Payloads payloads = new Payloads(1000);
            try (SteadyLoad load = new SteadyLoad(clients, "steady", 1, 1, 100, payloads, Time.SYSTEM)) {
                long deadline = Time.SYSTEM.milliseconds() + 60_000;
                while (load.errors() == 0 && Time.SYSTEM.milliseconds() < deadline) {
                    Thread.onSpinWait();
                }
                assertThat(load.errors()).isPositive();
                assertThat(load.because()).contains("RecordTooLarge");
            }
        }
    }

    @Test
    void ownersAreCounted() {
        Map<Integer, Integer> leaders = Map.of(0, 4, 1, 5, 2, 5, 3, 4);
        assertThat(Owners.of(4, leaders)).containsExactly(0, 3);
        assertThat(Owners.fullest(leaders)).isEqualTo(5);
        assertThat(Owners.fullest(Map.of())).isEqualTo(-1);
    }

    @Test
    void evenIsWhenAllLeadAsManyButForOne() throws Exception {
        try (EmbeddedWeir weir = EmbeddedWeir.inMemory()) {
            Clients clients = new Clients(weir.bootstrapServers());
            new Topics(clients, Time.SYSTEM).create("owned", 5);
            try (Owners owners = new Owners(clients, "owned", Time.SYSTEM)) {
                int node = Owners.fullest(owners.now());
                assertThat(owners.awaitEven(Set.of(node), text -> {}))
                        .hasSize(5)
                        .containsValue(node);
            }
        }
    }
}
