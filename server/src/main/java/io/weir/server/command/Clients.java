package io.weir.server.command;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Makes Kafka's clients. Whoever asks for one closes it. */
public interface Clients {
    /** @throws io.weir.common.error.WeirException UNAVAILABLE, soon, when no bootstrap server takes connections */
    Admin admin(ClientOptions options);

    /** As {@link #admin}; {@code properties} win over the options. */
    Producer<byte[], byte[]> producer(ClientOptions options, Map<String, String> properties);

    /** As {@link #admin}; {@code properties} win over the options. */
    Consumer<byte[], byte[]> consumer(ClientOptions options, Map<String, String> properties);
}
