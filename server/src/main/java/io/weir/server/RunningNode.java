package io.weir.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;

/** A node that does its part. Any thread. */
public interface RunningNode extends AutoCloseable {
    /** Kafka's listeners as they are really bound: no port is 0. Empty when this node is no proxy. */
    List<Endpoint> listeners();

    /** Where other nodes and controllers reach this one, as bound; empty where it is alone or nobody asks it. */
    List<Endpoint> nodeListeners();

    /** Where metrics, health and the API are. */
    InetSocketAddress httpAddress();

    /** Done when the node has stopped: normally after {@link #close}, with an exception when it could not go on. */
    CompletionStage<Void> stopped();

    /**
     * Stops taking requests, makes durable what is under way, gives up what it owns and lets go of everything. Blocks
     * for a few seconds at most; later calls do nothing.
     */
    @Override
    void close();
}
