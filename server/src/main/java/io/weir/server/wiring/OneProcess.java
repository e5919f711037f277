package io.weir.server.wiring;

import io.weir.kafka.Service;
import io.weir.proxy.routing.Nodes;

/** Every role is here: whoever is asked for, it is the one in this process. */
record OneProcess(Service broker, Service coordinator, Service controller) implements Nodes {
    @Override
    public Service broker(int nodeId) {
        return broker;
    }

    @Override
    public Service coordinator(int nodeId) {
        return coordinator;
    }
}
