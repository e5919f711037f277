/**
 * The server side of Kafka's protocol, for clients and for other nodes. One way in, one way out, all of it on the connection's event loop:
 *
 * <pre>
 * socket -> FrameReader -> RequestParser -> Connection -> Service
 * socket <- AnswerOutput <- Connection (AnswerQueue: in request order) <- Exchange (future done, any thread)
 * </pre>
 *
 * <p>Nothing here blocks, and nothing is unbounded: a connection has a number of requests and of answer bytes that may be
 * under way, the process has a number of request bytes; beyond them the wire stops reading and the client feels it. Nodes
 * have such bounds of their own, for they wait for each other's answers while they hold what clients sent.
 */
@NullMarked
package io.weir.kafka.wire;

import org.jspecify.annotations.NullMarked;
