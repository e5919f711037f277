package io.weir.proxy.routing;

import io.weir.kafka.Service;

/**
 * The other roles, wherever they run. A node that is away is still a service: its calls fail with
 * {@code WeirException} UNAVAILABLE or one of Kafka's retriable exceptions. Any thread; cheap, called for each request.
 */
public interface Nodes {
    /** The broker role of a node. */
    Service broker(int nodeId);

    /** The coordinator role of a node. */
    Service coordinator(int nodeId);

    /** The controller that is active, or whoever finds it. */
    Service controller();
}
