/**
 * Kafka's wire protocol. The server reads frames into pooled direct buffers, parses them with Kafka's own classes
 * and hands each request as a {@link io.weir.kafka.Call} to a {@link io.weir.kafka.Service}; answers of one
 * connection leave in the order of its requests, however late each becomes known. Roles implement
 * {@code Service}; a role in another process is reached through {@link io.weir.kafka.client.RemoteService}, whose calls go to
 * that process's listener for nodes, in this same protocol.
 */
@NullMarked
package io.weir.kafka;

import org.jspecify.annotations.NullMarked;
