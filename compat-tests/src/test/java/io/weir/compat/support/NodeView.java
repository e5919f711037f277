package io.weir.compat.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A node as those see it who watch it: its metrics and its health, over HTTP. Any thread. */
public final class NodeView implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(BOUND).build();
    private final String address;

    /** @param address {@code host:port} of its HTTP listener */
    public NodeView(String address) {
        this.address = address;
    }

    /** Returns the metric's value, summed over its labels. */
    public double metric(String name) throws IOException, InterruptedException {
        double sum = 0;
        boolean found = false;
        for (String line : get("/metrics").body().lines().toList()) {
            String label = line.substring(0, Math.max(0, line.indexOf(' ')));
            if (label.equals(name) || label.startsWith(name + "{")) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                found = true;
            }
        }
        if (!found) {
            throw new AssertionError("there is no metric " + name);
        }
        return sum;
    }

    /** Returns what the readiness check says: 200 or 503, a space, and the reasons. */
    public String readiness() throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/health/ready");
        return answer.statusCode() + " " + answer.body();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + address + path))
                        .timeout(BOUND)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
    }
}
