package io.weir.log.segment;

import java.util.List;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;

/**
 * Aborted transactions that overlap a range of offsets, as far as this segment knows.
 *
 * @param complete no later segment can know another
 */
public record AbortedTransactions(List<AbortedTransaction> transactions, boolean complete) {}
