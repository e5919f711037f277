package io.weir.controller.crash;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Tries to connect. A process that hangs does not refuse, for its kernel still accepts; nor does a host that is gone. */
public final class ConnectionProbe implements HostProbe {
    private final int timeoutMs;

    /** @param timeout of one attempt, far below the system's own, so that what fails otherwise was refused */
    public ConnectionProbe(Duration timeout) {
        this.timeoutMs = Math.toIntExact(timeout.toMillis());
    }

    @Override
    public boolean refuses(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), timeoutMs);
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
