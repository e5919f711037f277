package io.weir.bench.target;

/**
 * How many of which processes a cluster of Weir begins with.
 *
 * @param brokers that own partitions and groups
 * @param proxies that talk to clients; 0: the brokers do
 * @param controllers that vote
 * @param dataNodes of HDFS; there are as many replicas, three at most
 */
public record Topology(int brokers, int proxies, int controllers, int dataNodes) {
    /** One broker behind one proxy, on three replicas. */
    public static Topology defaults() {
        return new Topology(1, 1, 1, 3);
    }
}
