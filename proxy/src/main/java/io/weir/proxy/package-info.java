/**
 * Role. The only thing that clients talk to: finds out who answers a request and asks them.
 *
 * <p>The wire server calls {@link io.weir.proxy.ProxyService} on the event loop of a client's connection. Nothing here
 * blocks or has a thread of its own, and nothing is durable: fetch sessions and the block of producer ids in use are
 * all that is remembered, and clients get over the loss of both.
 */
@NullMarked
package io.weir.proxy;

import org.jspecify.annotations.NullMarked;
