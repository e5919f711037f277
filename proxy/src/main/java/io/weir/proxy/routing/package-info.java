/**
 * Who answers a request: owners and coordinators by the last image, and how one request becomes several and several
 * answers one. Everything here runs on the thread that calls (a connection's event loop) or that completes an answer.
 */
@NullMarked
package io.weir.proxy.routing;

import org.jspecify.annotations.NullMarked;
