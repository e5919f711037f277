/**
 * Calls to roles on other nodes: a {@link io.weir.kafka.Service} whose requests go over connections to a listener for nodes.
 *
 * <pre>
 * call -> RequestEncoder -> PeerConnection (outbox, in order) -> socket
 *         future  <- AnswerDecoder <- PeerConnection (by correlation id) <- socket
 * </pre>
 *
 * <p>Requests are encoded on the caller's thread and written by the event loop of the connection; records are views of the
 * frame that they came in, in either direction, and never copied unless they are small. Answers complete their futures on
 * the connection's event loop. Nothing blocks, and nothing is unbounded: beyond the bounds a call fails at once with an
 * exception that says that it may be tried again.
 */
@NullMarked
package io.weir.kafka.client;

import org.jspecify.annotations.NullMarked;
