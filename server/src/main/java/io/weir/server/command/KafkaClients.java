package io.weir.server.command;

import io.weir.common.error.FaultKind;
import io.weir.common.error.WeirException;
import io.weir.server.logging.LoggingSetup;
import java.io.IOException;
import java.io.Reader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own clients. They retry a refused connection until their time is up and tell nobody why; so one plain
 * connection is tried first, and its failure is told at once.
 */
public final class KafkaClients implements Clients {
    private static final int CONNECT_TIMEOUT_MS = 3000;

    @Override
    public Admin admin(ClientOptions options) {
        return Admin.create(prepare(options));
    }

    @Override
    public Producer<byte[], byte[]> producer(ClientOptions options, Map<String, String> properties) {
        Properties all = prepare(options);
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, options.timeoutMs());
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, options.timeoutMs());
        // Kafka wants room for one try and its waiting inside the delivery timeout.
        all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, options.timeoutMs() / 2));
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        all.putAll(properties);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> consumer(ClientOptions options, Map<String, String> properties) {
        Properties all = prepare(options);
        all.putAll(properties);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Properties prepare(ClientOptions options) {
        LoggingSetup.command(options.verbose);
        Properties properties = new Properties();
        if (options.commandConfig != null) {
            load(properties, options.commandConfig);
        }
        probe(options);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServer);
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "weir-command");
        properties.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, options.timeoutMs());
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Math.min(options.timeoutMs(), 30_000));
        properties.put("enable.metrics.push", "false");
        properties.put("metric.reporters", "");
        return properties;
    }

    private static void load(Properties properties, Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException("--command-config " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static void probe(ClientOptions options) {
        List<String> failures = new ArrayList<>();
        for (String server : options.bootstrapServer.split(",")) {
            InetSocketAddress address = address(server.strip());
            try (Socket socket = new Socket()) {
                socket.connect(address, Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs()));
                return;
            } catch (IOException e) {
                failures.add(server.strip() + ": " + reason(e));
            }
        }
        throw new WeirException(
                FaultKind.UNAVAILABLE,
                "No node answers (" + String.join("; ", failures)
                        + "). Is one running? `bin/weir start` starts one here; --bootstrap-server names another,"
                        + " and must be one of its `listeners`.");
    }

    /** Host and port of a bootstrap server, resolved. */
    static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        try {
            String host = server.substring(0, colon).replaceAll("[\\[\\]]", "");
            return new InetSocketAddress(host, Integer.parseInt(server.substring(colon + 1)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new UsageException(
                    "--bootstrap-server " + server + ": write it as host:port, for example 127.0.0.1:9092");
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case UnknownHostException unknown -> "no such host";
            case SocketTimeoutException late -> "no answer within " + CONNECT_TIMEOUT_MS / 1000 + " s";
            case ConnectException refused -> "connection refused";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
