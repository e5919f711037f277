package io.weir.controller.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionProbeTest {
    private static final int BACKLOG = 1;

    private final ConnectionProbe probe = new ConnectionProbe(Duration.ofSeconds(2));

    @Test
    void hostRefusesFromTheMomentWhenNobodyListens() throws IOException {
        int port;
        try (ServerSocket listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
            port = listening.getLocalPort();
            assertThat(probe.refuses("127.0.0.1", port))
                    .as("nobody accepts, as when a process hangs")
                    .isFalse();
        }
        assertThat(probe.refuses("127.0.0.1", port)).isTrue();
    }

    @Test
    void unknownHostSaysNothing() {
        assertThat(probe.refuses("nowhere.invalid", 1)).isFalse();
    }
}
