package io.weir.kafka.wire;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one connection that are under way, and which answer is next. Clients get their answers in the order of
 * their requests, as Kafka's protocol has it. Nodes tell answers apart by their correlation ids and get each as it comes, so
 * that a fetch that waits stands in nobody's way. On the connection's event loop.
 */
final class AnswerQueue {
    private final Queue<Exchange> ordered = new ArrayDeque<>();
    private final Set<Exchange> waiting = new LinkedHashSet<>();
    private final Queue<Exchange> finished = new ArrayDeque<>();
    private boolean anyOrder;

    /** From now on each answer leaves when it is known. */
    void anyOrder() {
        if (!anyOrder) {
            anyOrder = true;
            ordered.forEach(exchange -> (exchange.done() ? finished : waiting).add(exchange));
            ordered.clear();
        }
    }

    boolean isAnyOrder() {
        return anyOrder;
    }

    void add(Exchange exchange) {
        (anyOrder ? waiting : ordered).add(exchange);
    }

    /** The exchange is done. */
    void done(Exchange exchange) {
        if (anyOrder && waiting.remove(exchange)) {
            finished.add(exchange);
        }
    }

    /** Takes the next exchange whose answer may be written, or null. */
    @Nullable
    Exchange next() {
        if (anyOrder) {
            return finished.poll();
        }
        Exchange first = ordered.peek();
        return first != null && first.done() ? ordered.remove() : null;
    }

    /** The oldest request when answers are in order, or null. */
    @Nullable
    Exchange oldest() {
        return ordered.peek();
    }

    int size() {
        return ordered.size() + waiting.size() + finished.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** Takes all. */
    List<Exchange> drain() {
        List<Exchange> all = new ArrayList<>(ordered);
        all.addAll(waiting);
        all.addAll(finished);
        ordered.clear();
        waiting.clear();
        finished.clear();
        return all;
    }
}
