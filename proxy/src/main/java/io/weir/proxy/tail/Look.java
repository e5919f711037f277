package io.weir.proxy.tail;

import io.weir.common.buffer.LeasedRecords;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.protocol.Errors;

/** What a tail has at an offset. */
sealed interface Look {
    /** Records; none when the first batch does not fit. Whoever has them releases them. */
    record Found(LeasedRecords records, List<AbortedTransaction> aborted) implements Look {}

    /** Nothing yet: it is the end, and the next records will come by themselves. */
    record Waiting() implements Look {}

    /**
     * It must be asked for.
     *
     * @param endOffset readable offsets end here as far as is known; -1 when nothing is known
     */
    record Missing(long endOffset) implements Look {}

    /** The client is told. */
    record Failed(Errors error) implements Look {}
}
