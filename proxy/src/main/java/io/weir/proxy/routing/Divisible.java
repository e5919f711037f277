package io.weir.proxy.routing;

import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.jspecify.annotations.Nullable;

/**
 * A kind of request that asks about many things at once, each of which another node may know: how to take it apart
 * and put the answers together. Pure; any thread.
 *
 * @param <I> what is asked about: a partition, a group
 * @param <R> what is answered about one of them
 */
public interface Divisible<I, R> {
    /** What the request asks about, in its order. */
    List<I> items(AbstractRequest request);

    /** What names the item in an answer too. */
    Object key(I item);

    /**
     * Whether an item that is named again is answered once. It is where an answer may be much larger than its question:
     * else a short request that names the same one thousands of times would become a very long answer.
     */
    default boolean isAnsweredOnce() {
        return false;
    }

    /** The same request about some of its items, at the same version. */
    AbstractRequest part(AbstractRequest request, List<I> items);

    /** Gives each result in the answer to a part, with the key of its item. */
    void results(AbstractRequest request, ApiMessage answer, BiConsumer<Object, R> sink);

    /** What a result says went wrong; NONE where nothing is ever tried again. */
    default Errors errorOf(R result) {
        return Errors.NONE;
    }

    /** The result of an item that nobody could answer. */
    R failed(I item, Errors error);

    /** The result of an item whose node has done its part without an answer, as it may where none is due. */
    default R unanswered(I item) {
        return failed(item, Errors.UNKNOWN_SERVER_ERROR);
    }

    /**
     * The answer to the whole request.
     *
     * @param results one for each item, in the same order
     * @return null when no answer is due
     */
    @Nullable
    ApiMessage whole(AbstractRequest request, List<I> items, List<R> results);
}
