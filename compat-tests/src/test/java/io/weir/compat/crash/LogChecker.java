package io.weir.compat.crash;

import io.weir.compat.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a partition, as it is read back from its start, with what its clients know of it.
 *
 * <p>A record whose sending failed may be there once or not at all; every other one must be there exactly once, at the
 * offset that was acknowledged, and each writer's records in the order in which it sent them.
 */
final class LogChecker {
    /**
     * A record as it was read back.
     *
     * @param offset where
     * @param item what
     */
    record Stored(long offset, Item item) {}

    private final PartitionHistory history;
    private final List<Stored> log;
    private final long endOffset;
    private final List<Problem> problems;

    private LogChecker(PartitionHistory history, List<Stored> log, long endOffset) {
        this.history = history;
        this.log = log;
        this.endOffset = endOffset;
        this.problems = new ArrayList<>(history.problems());
    }

    /**
     * Returns everything that is wrong; empty if all is well.
     *
     * @param log the records from offset 0 on, in the order in which they were read
     * @param endOffset the end that the server told
     */
    static List<Problem> check(PartitionHistory history, List<Stored> log, long endOffset) {
        LogChecker checker = new LogChecker(history, log, endOffset);
        checker.offsetsAreDense();
        checker.everyRecordIsThereOnceAndInOrder();
        checker.acknowledgementsHold();
        checker.deliveriesHold();
        return checker.problems;
    }

    private void offsetsAreDense() {
        long expected = 0;
        for (Stored stored : log) {
            if (stored.offset() != expected) {
                add(Kind.GAP, "offset " + stored.offset() + " follows " + (expected - 1));
            }
            expected = stored.offset() + 1;
        }
        if (expected != endOffset) {
            add(Kind.GAP, "the last record ends at " + expected + ", the partition at " + endOffset);
        }
    }

    private void everyRecordIsThereOnceAndInOrder() {
        Map<Integer, Integer> sent = history.sent();
        Set<Item> failed = history.failed();
        Map<Integer, Integer> last = new HashMap<>();
        Set<Item> seen = new HashSet<>();
        for (Stored stored : log) {
            Item item = stored.item();
            int previous = last.getOrDefault(item.writer(), -1);
            if (item.number() < 0 || item.number() >= sent.getOrDefault(item.writer(), 0)) {
                add(Kind.FOREIGN, "offset " + stored.offset() + " holds " + item + ", which nobody sent");
            } else if (!seen.add(item)) {
                add(Kind.DOUBLED, item + " is at offset " + stored.offset() + " again");
            } else if (item.number() < previous) {
                add(Kind.SWAPPED, item + " at offset " + stored.offset() + " comes after number " + previous);
            } else {
                last.put(item.writer(), item.number());
            }
        }
        sent.forEach((writer, count) -> {
            for (int number = 0; number < count; number++) {
                Item item = new Item(writer, number);
                if (!seen.contains(item) && !failed.contains(item)) {
                    add(Kind.LOST, item + " is nowhere");
                }
            }
        });
    }

    private void acknowledgementsHold() {
        Map<Long, Item> byOffset = byOffset();
        history.acknowledged().forEach((offset, item) -> {
            if (!item.equals(byOffset.get(offset))) {
                add(Kind.MOVED, item + " was acknowledged at " + offset + ", where " + byOffset.get(offset) + " is");
            }
        });
    }

    private void deliveriesHold() {
        Map<Long, Item> byOffset = byOffset();
        Map<Long, Item> delivered = history.delivered();
        delivered.forEach((offset, item) -> {
            if (!item.equals(byOffset.get(offset))) {
                add(Kind.VANISHED, item + " was read at " + offset + ", where " + byOffset.get(offset) + " is");
            }
        });
        byOffset.forEach((offset, item) -> {
            if (!delivered.containsKey(offset)) {
                add(Kind.UNDELIVERED, item + " at " + offset + " was given to nobody");
            }
        });
    }

    private Map<Long, Item> byOffset() {
        Map<Long, Item> byOffset = new HashMap<>();
        log.forEach(stored -> byOffset.put(stored.offset(), stored.item()));
        return byOffset;
    }

    private void add(Kind kind, String detail) {
        problems.add(new Problem(kind, detail));
    }
}
