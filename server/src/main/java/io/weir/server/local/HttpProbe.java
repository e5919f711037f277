package io.weir.server.local;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks a node whether it is ready. */
final class HttpProbe {
    private static final int TIMEOUT_MS = 1_000;
    private static final int OK = 200;

    private HttpProbe() {}

    /** False as well when nobody answers. */
    static boolean isReady(String address) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + address + "/health/ready").toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            try {
                return connection.getResponseCode() == OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }
}
