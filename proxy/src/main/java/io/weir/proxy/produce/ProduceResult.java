package io.weir.proxy.produce;

import org.apache.kafka.common.message.ProduceResponseData.NodeEndpointCollection;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;

/**
 * What became of one partition's records.
 *
 * @param endpoints where the nodes are that the owner points to (KIP-951), for its whole answer
 */
record ProduceResult(PartitionProduceResponse partition, NodeEndpointCollection endpoints) {}
