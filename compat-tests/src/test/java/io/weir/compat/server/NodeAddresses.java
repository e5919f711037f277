package io.weir.compat.server;

/**
 * Where one node listens, each as {@code host:port}. Not every role uses each of them.
 *
 * @param http health, metrics, API
 * @param clients Kafka clients
 * @param internal other nodes
 * @param controller the quorum
 */
record NodeAddresses(String http, String clients, String internal, String controller) {
    static NodeAddresses free(Ports ports) {
        return new NodeAddresses(local(ports), local(ports), local(ports), local(ports));
    }

    private static String local(Ports ports) {
        return "127.0.0.1:" + ports.free();
    }
}
