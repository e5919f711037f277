package io.weir.server.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.common.error.WeirException;
import io.weir.server.settings.SettingsLoader;
import io.weir.server.settings.WeirSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LocalPlanTest {
    @Test
    void brokersTalkToClientsWhereThereIsNoProxy() {
        List<LocalNode> nodes = plan(new LocalWish(3, 0, 1, OptionalInt.empty()), 9092, 9093, 9094);

        assertThat(nodes)
                .extracting(LocalNode::name)
                .containsExactly("controller-1", "broker-2", "broker-3", "broker-4");
        assertThat(LocalPlan.bootstrap(nodes)).isEqualTo("127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094");
        assertThat(nodes.get(1).settings()).containsEntry("roles", "proxy,broker,coordinator");
    }

    @Test
    void proxiesTakeTheClientsFromTheBrokers() {
        List<LocalNode> nodes = plan(new LocalWish(2, 1, 3, OptionalInt.empty()), 9092);

        assertThat(nodes)
                .extracting(node -> node.settings().get("roles"))
                .containsExactly(
                        "controller", "controller", "controller", "broker,coordinator", "broker,coordinator", "proxy");
        assertThat(LocalPlan.bootstrap(nodes)).isEqualTo("127.0.0.1:9092");
    }

    @Test
    void everyNodeOfAPlanHasSettingsThatItCanStartWith() {
        for (LocalNode node : plan(new LocalWish(2, 2, 3, OptionalInt.empty()), 9092, 9093)) {
            WeirSettings settings = SettingsLoader.of(node.settings());

            assertThat(settings.cluster().voters()).hasSize(3);
            assertThat(settings.cluster().id()).contains("the-cluster");
            assertThat(settings.dataDirectory()).isEqualTo(Path.of("/cluster", node.name(), "data"));
        }
    }

    @Test
    void whatOneMachineCannotBeIsRefused() {
        assertThatThrownBy(() -> new LocalWish(0, 0, 1, OptionalInt.empty()))
                .isInstanceOf(WeirException.class)
                .hasMessageContaining("--brokers 0");
        assertThatThrownBy(() -> new LocalWish(1, 0, 2, OptionalInt.empty())).hasMessageContaining("--controllers 2");
    }

    private static List<LocalNode> plan(LocalWish wish, Integer... clients) {
        AtomicInteger port = new AtomicInteger(20_000);
        return LocalPlan.of(
                wish,
                Path.of("/cluster"),
                "the-cluster",
                "hdfs://127.0.0.1:8020/weir",
                List.of(clients),
                port::incrementAndGet);
    }
}
