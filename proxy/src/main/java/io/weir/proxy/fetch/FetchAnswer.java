package io.weir.proxy.fetch;

import java.util.List;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/**
 * What came of a fetch: one result for each partition that was wanted, in the same order. Whoever has it sends the
 * records or releases them.
 *
 * @param leaders where the nodes are that owners point to (KIP-951)
 */
record FetchAnswer(List<PartitionData> results, List<Node> leaders) {}
