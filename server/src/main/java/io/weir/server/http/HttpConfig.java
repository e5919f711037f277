package io.weir.server.http;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * @param address to bind; port 0 takes a free one
 * @param maxConnections one more is closed at once
 * @param maxHeaderBytes of the request line and of all headers, each; more is refused
 * @param idleTimeout a connection on which nothing happens for this long is closed, in mid-request too
 */
public record HttpConfig(InetSocketAddress address, int maxConnections, int maxHeaderBytes, Duration idleTimeout) {
    /** 128 connections, 8 KiB, 30 s. */
    public static HttpConfig defaults(InetSocketAddress address) {
        return new HttpConfig(address, 128, 8192, Duration.ofSeconds(30));
    }
}
