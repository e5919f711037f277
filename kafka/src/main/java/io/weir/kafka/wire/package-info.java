/**
 * The server side of Kafka's protocol. One way in, one way out, all of it on the connection's event loop:
 *
 * <pre>
 * socket -> FrameReader -> RequestParser -> Connection -> Service
 * socket <- AnswerEncoder <- Connection (answers in request order) <- Exchange (future done, any thread)
 * </pre>
 *
 * <p>Nothing here blocks, and nothing is unbounded: a connection has a number of requests and of answer bytes that may be
 * under way, the process has a number of request bytes; beyond them the wire stops reading and the client feels it.
 */
@NullMarked
package io.weir.kafka.wire;

import org.jspecify.annotations.NullMarked;
