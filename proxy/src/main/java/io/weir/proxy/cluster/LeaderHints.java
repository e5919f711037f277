package io.weir.proxy.cluster;

import io.weir.kafka.Call;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.metadata.PartitionRegistration;
import org.jspecify.annotations.Nullable;

/** Whom answers to PRODUCE and FETCH name as the present leader of a partition (KIP-951): as METADATA does. Any thread. */
public final class LeaderHints {
    private static final short FIRST_PRODUCE_VERSION = 10;
    private static final short FIRST_FETCH_VERSION = 16;

    private final ClientEndpoints endpoints;

    /** Names nodes as these are told. */
    public LeaderHints(ClientEndpoints endpoints) {
        this.endpoints = endpoints;
    }

    /** The leader for the client of this call; null when it is not to be told, or there is none. */
    public @Nullable Node of(Call call, Uuid topicId, int partition, PartitionRegistration owned) {
        boolean told = call.api() == ApiKeys.PRODUCE
                ? call.version() >= FIRST_PRODUCE_VERSION
                : call.version() >= FIRST_FETCH_VERSION;
        return told && owned.leader >= 0
                ? endpoints.fronts(call).leader(topicId, partition, owned.leader)
                : null;
    }
}
