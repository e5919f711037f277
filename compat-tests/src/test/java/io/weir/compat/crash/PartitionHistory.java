package io.weir.compat.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What clients know of one partition: what they sent, what was acknowledged, what they were given. Thread-safe. */
final class PartitionHistory {
    private final Map<Integer, Integer> sent = new HashMap<>();
    private final Map<Long, Item> acknowledged = new HashMap<>();
    private final Map<Long, Item> delivered = new HashMap<>();
    private final Set<Item> failed = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();
    private long acknowledgedEnd;

    /** Returns the number of the next record that this writer sends here. */
    synchronized int next(int writer) {
        return sent.merge(writer, 1, Integer::sum) - 1;
    }

    /** Notes that the server has taken this record. */
    synchronized void acknowledge(Item item, long offset) {
        Item other = acknowledged.put(offset, item);
        if (other != null) {
            problems.add(new Problem(
                    Problem.Kind.MOVED, "offset " + offset + " was acknowledged for " + other + " and for " + item));
        }
        acknowledgedEnd = Math.max(acknowledgedEnd, offset + 1);
    }

    /** Notes that nobody knows whether the server has taken this record. */
    synchronized void fail(Item item) {
        failed.add(item);
    }

    /** Notes what a consumer was given. */
    synchronized void deliver(Item item, long offset) {
        Item before = delivered.putIfAbsent(offset, item);
        if (before != null && !before.equals(item)) {
            problems.add(new Problem(
                    Problem.Kind.VANISHED, "offset " + offset + " was first read as " + before + ", then as " + item));
        }
    }

    /** Returns the offset after the last acknowledged record. */
    synchronized long acknowledgedEnd() {
        return acknowledgedEnd;
    }

    synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    synchronized Map<Long, Item> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    synchronized Map<Long, Item> delivered() {
        return Map.copyOf(delivered);
    }

    synchronized Map<Integer, Integer> sent() {
        return Map.copyOf(sent);
    }

    synchronized Set<Item> failed() {
        return Set.copyOf(failed);
    }

    /** Returns what was wrong already while it happened. */
    synchronized List<Problem> problems() {
        return List.copyOf(problems);
    }
}
