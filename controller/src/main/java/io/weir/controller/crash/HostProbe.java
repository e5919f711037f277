package io.weir.controller.crash;

/** Asks a node's host whether anybody listens there. */
public interface HostProbe {
    /**
     * Whether the host itself says that nobody does. Not so when it does not answer, or when the name is not known. May
     * take a moment; any thread.
     */
    boolean refuses(String host, int port);
}
