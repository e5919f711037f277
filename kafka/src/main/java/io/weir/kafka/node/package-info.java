/**
 * What nodes say to each other beyond Kafka's protocol, in places that the protocol leaves free: who the original client is,
 * in a tagged field of the request's header, and that both ends are nodes, in a tagged field of the ApiVersions
 * answer. Only listeners for nodes look at it; to others these are unknown tags, which everybody skips.
 */
@NullMarked
package io.weir.kafka.node;

import org.jspecify.annotations.NullMarked;
