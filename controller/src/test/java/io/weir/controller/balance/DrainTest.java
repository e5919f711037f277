package io.weir.controller.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrainTest {
    @Test
    void othersTakeOverInEqualPartsAndTheOrderComesBack() {
        List<Slot> slots = slots(12, List.of(1, 2, 3), 1);

        List<Move> moves = Drain.next(1, slots, (partition, node) -> true, 100);

        Map<Integer, Long> takers =
                moves.stream().collect(Collectors.groupingBy(move -> move.to().getFirst(), Collectors.counting()));
        assertThat(takers).isEqualTo(Map.of(2, 6L, 3, 6L));
        assertThat(moves).allSatisfy(move -> assertThat(move.to()).containsExactlyInAnyOrder(1, 2, 3));
        assertThat(Drain.back(moves))
                .allSatisfy(move -> assertThat(move.to()).containsExactly(1, 2, 3))
                .hasSize(12);
    }

    @Test
    void whoOwnsMuchAlreadyGetsLess() {
        List<Slot> slots = new ArrayList<>(slots(4, List.of(1, 2, 3), 1));
        slots.addAll(slots(4, List.of(2, 3, 1), 2));

        assertThat(Drain.next(1, slots, (partition, node) -> true, 100))
                .allSatisfy(move -> assertThat(move.to().getFirst()).isEqualTo(3));
    }

    @Test
    void onlyWhoMayOwnThePartitionNowTakesItOver() {
        List<Slot> slots = slots(4, List.of(1, 2, 3), 1);

        assertThat(Drain.next(1, slots, (partition, node) -> node == 3 && partition.partition() > 0, 100))
                .hasSize(3)
                .allSatisfy(move -> assertThat(move.to().getFirst()).isEqualTo(3));
        assertThat(Drain.next(1, slots, (partition, node) -> node == 1, 100)).isEmpty();
    }

    @Test
    void batchIsNoLargerThanWanted() {
        assertThat(Drain.next(1, slots(1_000, List.of(1, 2), 1), (partition, node) -> true, 100))
                .hasSize(100);
        assertThat(Drain.next(1, slots(30, List.of(1, 2), 1), (partition, node) -> true, 100))
                .hasSize(30);
    }

    @Test
    void whatSomebodyMovesAndWhatOthersOwnIsLeftAlone() {
        List<Slot> slots = List.of(
                new Slot("t", 0, List.of(1, 2), 1, true, false), new Slot("t", 1, List.of(1, 2), 2, false, false));

        assertThat(Drain.next(1, slots, (partition, node) -> true, 100)).isEmpty();
    }

    private static List<Slot> slots(int partitions, List<Integer> candidates, int leader) {
        return IntStream.range(0, partitions)
                .mapToObj(i -> new Slot("t" + leader, i, candidates, leader, false, false))
                .toList();
    }
}
