/**
 * The HTTP listener: metrics, health, the partitions of this node. One Netty event loop reads and writes; each request
 * is answered on a virtual thread, one at a time on a connection. Connections, request sizes and idle times are
 * bounded. Nothing here changes anything: every route is a GET.
 */
@NullMarked
package io.weir.server.http;

import org.jspecify.annotations.NullMarked;
