package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;

class WireConfigTest {
    @Test
    void defaultsAreKafkas() {
        WireConfig config = WireConfig.defaults();
        assertThat(config.listeners()).extracting(Object::toString).containsExactly("PLAINTEXT://127.0.0.1:9092");
        assertThat(config.networkThreads()).isEqualTo(3);
        assertThat(config.sockets().backlog()).isEqualTo(1024);
        assertThat(config.connections().max()).isEqualTo(Integer.MAX_VALUE);
        assertThat(config.connections().maxPerIp()).isEqualTo(Integer.MAX_VALUE);
        assertThat(config.connections().maxIdle()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.requests().maxBytes()).isEqualTo(104_857_600);
    }

    @Test
    void nonsenseNamesItsSetting() {
        assertThatThrownBy(() -> WireConfig.defaults().withListeners(List.of())).hasMessageContaining("listeners");
        assertThatThrownBy(() -> new WireConfig.Listener("A", "h", 70_000, SecurityProtocol.PLAINTEXT))
                .hasMessageContaining("70000");
        assertThatThrownBy(() -> new WireConfig.Listener("A", "h", 1, SecurityProtocol.SASL_SSL))
                .hasMessageContaining("SASL_SSL");
        assertThatThrownBy(() -> new WireConfig.RequestLimits(0, 1, 1, 1, 1 << 24, 1 << 24))
                .hasMessageContaining("socket.request.max.bytes");
        WireConfig.Listener twice = new WireConfig.Listener("A", "h", 1, SecurityProtocol.PLAINTEXT);
        assertThatThrownBy(() -> WireConfig.defaults().withListeners(List.of(twice, twice)))
                .hasMessageContaining("two of the name A");
    }
}
