package io.weir.testkit.hostile;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What a node says of itself at /metrics, and what its heap holds. */
final class Gauges implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI metrics;

    Gauges(InetSocketAddress http) {
        metrics = URI.create("http://" + http.getHostString() + ":" + http.getPort() + "/metrics");
    }

    /** The sum of all series whose line begins so. */
    double sum(String name) {
        return body().lines()
                .filter(line -> line.startsWith(name) && !Character.isLetterOrDigit(line.charAt(name.length())))
                .filter(line -> line.charAt(name.length()) != '_')
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The series with this label among its labels. */
    double of(String name, String label) {
        return body().lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Pooled memory that is in use beside the tail of the log. */
    double pooledBytes() {
        return of("weir_kafka_buffer_bytes", "state=\"in_use\"") - sum("weir_tail_cache_used_bytes");
    }

    String body() {
        try {
            return client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What is alive on the heap of this process, the node's and the test's. */
    static long heapBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within two minutes: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
