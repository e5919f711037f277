package io.weir.kafka.wire;

import io.weir.kafka.frame.RequestBudget;

/**
 * What connections of one kind may take together. Nodes have bounds of their own: if clients' requests took all
 * the room, nodes that forward to each other would each wait for the other to answer first.
 *
 * @param budget bytes of requests under way
 * @param memory of parsed requests under way
 * @param unsent bytes of answers that wait
 * @param gate number of connections
 */
record Bounds(RequestBudget budget, RequestBudget memory, UnsentAnswers unsent, ConnectionGate gate) {
    static Bounds of(WireConfig config) {
        return new Bounds(
                new RequestBudget(config.requests().maxInFlightBytes()),
                new RequestBudget(config.requests().maxControlMemoryBytes()),
                new UnsentAnswers(config.answers().maxUnsentBytes()),
                new ConnectionGate(config.connections()));
    }
}
