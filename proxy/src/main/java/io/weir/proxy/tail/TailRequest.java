package io.weir.proxy.tail;

import java.util.Optional;
import org.apache.kafka.common.TopicIdPartition;

/**
 * What a consumer wants of one partition.
 *
 * @param partition with its id and name
 * @param leaderEpoch that the consumer knows, if it says so
 */
public record TailRequest(TopicIdPartition partition, long offset, int maxBytes, Optional<Integer> leaderEpoch) {}
