package io.weir.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.coordinator.InternalTopics;
import io.weir.server.settings.WeirSettings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Settings of the wire and of fetches reach whoever is bound by them. */
class ComponentConfigsTest {
    private final ComponentConfigs configs = new ComponentConfigs(
            WeirSettings.of(Map.of(
                    "max.connections", "700",
                    "fetch.max.bytes", "2900",
                    "weir.fetch.max.waiting.partitions", "30",
                    "weir.fetch.session.cache.partitions", "31",
                    "max.request.partition.size.limit", "32",
                    "weir.control.request.max.bytes", "33000")),
            Optional.empty());

    @Test
    void boundsOfFetchesHoldAtTheProxyAndAtTheBroker() {
        var proxy = configs.proxy(InternalTopics.offsetsTopic(configs.coordinator()));
        assertThat(proxy.fetch().maxBytes()).isEqualTo(2_900);
        assertThat(proxy.fetch().sessionPartitions()).isEqualTo(31);
        assertThat(proxy.maxPartitionsDescribed()).isEqualTo(32);
        assertThat(configs.broker().maxFetchBytes()).isEqualTo(2_900);
        assertThat(configs.broker().maxWaitingPartitions()).isEqualTo(30);
        assertThat(configs.broker().maxWaitingFetches()).isEqualTo(1_400);
    }

    @Test
    void boundsOfConnectionsHoldAtTheWire() {
        assertThat(configs.wire().connections().max()).isEqualTo(700);
        assertThat(configs.wire().requests().maxControlBytes()).isEqualTo(33_000);
        assertThat(configs.wire().sockets().sendBufferBytes()).isEqualTo(-1);
    }

    @Test
    void connectionsLeaveFilesForTheLog() {
        assertThat(OpenFiles.possible(1_024)).isEqualTo(768);
        assertThat(OpenFiles.possible(-1)).isEqualTo(Integer.MAX_VALUE);
        assertThat(OpenFiles.possible(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(OpenFiles.connections(1)).isEqualTo(1);
    }
}
