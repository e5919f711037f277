package io.weir.controller.balance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.apache.kafka.common.TopicPartition;

/** Finds new owners for what nodes have that are about to leave, from the candidates that stay. Pure. */
final class Drain {
    private Drain() {}

    /**
     * The next batch: the candidates are the same as before, with the next owner first.
     *
     * @param node that is about to leave
     * @param slots all partitions
     * @param mayOwn whether a node that is a candidate can be the partition's owner now
     * @param batch so many partitions at most
     */
    static List<Move> next(int node, Collection<Slot> slots, BiPredicate<TopicPartition, Integer> mayOwn, int batch) {
        Map<Integer, Integer> owned = new HashMap<>();
        slots.forEach(slot -> owned.merge(slot.leader(), 1, Integer::sum));
        List<Move> moves = new ArrayList<>();
        for (Slot slot : slots) {
            if (slot.leader() == node && !slot.fixed()) {
                TopicPartition id = new TopicPartition(slot.topic(), slot.partition());
                Optional<Integer> taker = slot.candidates().stream()
                        .filter(candidate -> candidate != node && mayOwn.test(id, candidate))
                        .min(Comparator.comparing(candidate -> owned.getOrDefault(candidate, 0)));
                taker.ifPresent(next -> {
                    owned.merge(next, 1, Integer::sum);
                    moves.add(new Move(slot, withFirst(slot.candidates(), next), Move.Kind.DRAIN));
                });
            }
        }
        return moves.subList(0, Math.min(moves.size(), batch));
    }

    /** The order that they had before. */
    static List<Move> back(List<Move> moves) {
        return moves.stream()
                .map(move -> new Move(move.slot(), move.slot().candidates(), Move.Kind.DRAIN))
                .toList();
    }

    private static List<Integer> withFirst(List<Integer> candidates, int first) {
        List<Integer> reordered = new ArrayList<>(candidates);
        reordered.remove(Integer.valueOf(first));
        reordered.addFirst(first);
        return reordered;
    }
}
