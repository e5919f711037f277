package io.weir.log;

import org.apache.kafka.common.Uuid;

/** What the log of one node must know of the others, as of the metadata that the node acts by. Any thread. */
public interface ClusterNodes {
    /**
     * Whether that life of a node may be writing now, or be about to: the node is registered under this broker epoch and
     * not fenced, or has only just registered, or the epoch is newer than the metadata that is known here.
     */
    boolean alive(int nodeId, long brokerEpoch);

    /** Whether a topic has this id. */
    boolean exists(Uuid topicId);

    /**
     * Whether this node is the one that removes what no node needs any more. If for a moment two believe it, no harm is
     * done.
     */
    boolean keepsHouse();
}
