package io.weir.proxy.routing;

import org.apache.kafka.common.protocol.Errors;

/** Where one item of a request goes. */
public sealed interface Route {
    /** To a node. */
    record To(int nodeId) implements Route {}

    /** Nowhere: the answer for this item is an error. */
    record Refused(Errors error) implements Route {}
}
