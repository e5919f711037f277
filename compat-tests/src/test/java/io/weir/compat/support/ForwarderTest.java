package io.weir.compat.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The line that a nemesis cuts does what it says. */
@Timeout(30)
class ForwarderTest {
    private static final int SILENCE_MILLIS = 200;

    @Test
    void whatIsSentWhileItIsCutComesLate() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Forwarder line = new Forwarder("127.0.0.1:" + server.getLocalPort());
                Socket client = connect(line);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(1);
            assertThat(accepted.getInputStream().read()).isEqualTo(1);
            accepted.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);

            line.cut();
            client.getOutputStream().write(3);
            accepted.getOutputStream().write(4);
            assertSilent(accepted);
            assertSilent(client);

            line.mend();
            assertThat(accepted.getInputStream().read()).isEqualTo(3);
            assertThat(client.getInputStream().read()).isEqualTo(4);
        }
    }

    @Test
    void whoConnectsWhileItIsCutWaits() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Forwarder line = new Forwarder("127.0.0.1:" + server.getLocalPort())) {
            line.cut();
            try (Socket client = connect(line)) {
                server.setSoTimeout(SILENCE_MILLIS);
                assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);

                line.mend();
                server.setSoTimeout(0);
                try (Socket accepted = server.accept()) {
                    client.getOutputStream().write(1);
                    assertThat(accepted.getInputStream().read()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void anEndIsPassedOn() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Forwarder line = new Forwarder("127.0.0.1:" + server.getLocalPort());
                Socket client = connect(line)) {
            server.accept().close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static Socket connect(Forwarder line) throws IOException {
        String address = line.address();
        return new Socket(
                InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(0);
    }
}
