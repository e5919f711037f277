package io.weir.controller.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final Goals ALL = new Goals(true, true);

    @Test
    void partitionsOfALoneNodeGetMoreCandidatesWhenOthersCome() {
        List<Slot> slots = slots(9, i -> List.of(2));

        List<Slot> after = apply(live(2, 3, 4), slots, plan(live(2, 3, 4), slots));

        assertThat(after).allMatch(slot -> slot.candidates().size() == 3);
        assertThat(owned(live(2, 3, 4), after)).containsValues(3, 3, 3);
        assertThat(after)
                .filteredOn(slot -> slot.candidates().getFirst() == 2)
                .extracting(slot -> slot.candidates().get(1))
                .as("others stand behind the owner in turn")
                .contains(3, 4);
    }

    @Test
    void whatIsEvenStaysAsItIs() {
        List<Slot> slots = slots(10, i -> List.of(1 + i % 3, 1 + (i + 1) % 3, 1 + (i + 2) % 3));

        assertThat(plan(live(1, 2, 3), slots)).isEmpty();
    }

    @Test
    void nodeThatComesFourthGetsItsShareAndNoPartitionElseMoves() {
        List<Slot> slots = slots(12, i -> List.of(1 + i % 3, 1 + (i + 1) % 3, 1 + (i + 2) % 3));

        List<Move> plan = plan(live(1, 2, 3, 4), slots);

        assertThat(plan).hasSize(3).allSatisfy(move -> {
            assertThat(move.kind()).isEqualTo(Move.Kind.LEVEL);
            assertThat(move.to().getFirst()).isEqualTo(4);
            assertThat(move.to())
                    .as("the owner goes, so that the leadership changes once")
                    .hasSize(3)
                    .doesNotContain(move.slot().leader());
        });
    }

    @Test
    void nodeThatIsAwayKeepsItsCandidaciesAndOthersShareItsPartitions() {
        List<Member> nodes = List.of(node(1, Presence.AWAY), node(2, Presence.LIVE), node(3, Presence.LIVE));
        // All of the first node's fell to the second one.
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            slots.add(new Slot("a", i, List.of(1, 2, 3), 2, false, false));
            slots.add(new Slot("b", i, List.of(i < 3 ? 2 : 3, 1, 3), i < 3 ? 2 : 3, false, false));
        }
        slots.replaceAll(slot -> slot.candidates().getFirst() == 3
                ? new Slot(slot.topic(), slot.partition(), List.of(3, 1, 2), 3, false, false)
                : slot);

        List<Move> plan = plan(nodes, slots);

        assertThat(plan).hasSize(3).allSatisfy(move -> {
            assertThat(move.to().getFirst()).isEqualTo(3);
            assertThat(move.to()).containsExactlyInAnyOrder(1, 2, 3);
        });
    }

    @Test
    void candidatesThatAreGoneAreReplacedAndThoseThatAreMissingAreLeftAlone() {
        List<Slot> slots = slots(6, i -> List.of(1 + i % 3, 1 + (i + 1) % 3, 1 + (i + 2) % 3));
        List<Member> missing = List.of(node(1, Presence.MISSING), node(2), node(3), node(4));
        List<Member> gone = List.of(node(1, Presence.GONE), node(2), node(3), node(4));

        assertThat(plan(missing, slots)).isEmpty();
        List<Slot> after = apply(gone, slots, plan(gone, slots));

        assertThat(after).allSatisfy(slot -> assertThat(slot.candidates()).containsExactlyInAnyOrder(2, 3, 4));
        assertThat(owned(gone, after)).containsValues(2, 2, 2);
    }

    @Test
    void partitionWithoutALiveCandidateIsAdoptedWhenItHasWaited() {
        List<Member> nodes =
                List.of(node(1, Presence.AWAY), node(2, Presence.AWAY), node(3, Presence.AWAY), node(4), node(5));
        List<Slot> waiting = List.of(new Slot("a", 0, List.of(1, 2, 3), -1, false, false));
        List<Slot> orphaned = List.of(
                new Slot("a", 0, List.of(1, 2, 3), -1, false, true),
                new Slot("a", 1, List.of(2, 3, 1), -1, false, true));

        assertThat(plan(nodes, waiting)).isEmpty();
        List<Move> plan = plan(nodes, orphaned);

        assertThat(plan).extracting(Move::kind).containsOnly(Move.Kind.ADOPT);
        assertThat(plan).extracting(Move::to).containsExactly(List.of(4, 1, 2), List.of(5, 2, 3));
    }

    @Test
    void whatSomebodyIsMovingIsCountedAndLeftAlone() {
        List<Slot> slots = List.of(
                new Slot("a", 0, List.of(2, 1), 1, true, false),
                new Slot("a", 1, List.of(1, 2), 1, false, false),
                new Slot("a", 2, List.of(1, 2), 1, false, false),
                new Slot("a", 3, List.of(1, 2), 1, false, false));

        List<Move> plan = plan(live(1, 2), slots);

        assertThat(plan).hasSize(1).allMatch(move -> move.slot().partition() != 0);
    }

    @Test
    void goalsThatAreOffAreNotPursued() {
        List<Slot> alone = slots(4, i -> List.of(1));
        List<Slot> uneven = slots(4, i -> List.of(1, 2));

        assertThat(Planner.plan(3, new Goals(false, true), live(1, 2), alone)).isEmpty();
        assertThat(Planner.plan(3, new Goals(true, false), live(1, 2), alone)).hasSize(4);
        assertThat(Planner.plan(3, new Goals(true, false), live(1, 2), uneven)).isEmpty();
        assertThat(Planner.plan(3, new Goals(false, true), live(1, 2), uneven)).hasSize(2);
    }

    @Test
    void eachTopicIsSpreadToo() {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            slots.add(new Slot("topic" + i / 12, i % 12, List.of(1 + i % 2, 2 - i % 2), 1 + i % 2, false, false));
        }

        List<Slot> after = apply(live(1, 2, 3), slots, plan(live(1, 2, 3), slots));

        Map<String, Map<Integer, Long>> byTopic = after.stream()
                .collect(Collectors.groupingBy(
                        Slot::topic,
                        Collectors.groupingBy(slot -> slot.candidates().getFirst(), Collectors.counting())));
        assertThat(byTopic.values())
                .allSatisfy(
                        counts -> assertThat(counts.values()).hasSize(3).allMatch(count -> count >= 3 && count <= 5));
    }

    @Test
    void anyClusterIsEvenAfterOnePlanWithNoMoveMoreThanNeeded() {
        for (int round = 0; round < 400; round++) {
            long seed = 7_000L + round;
            Random random = new Random(seed);
            List<Member> nodes = randomNodes(random);
            List<Slot> slots = randomSlots(random, nodes);
            Set<Integer> live = live(nodes);

            List<Move> plan = plan(nodes, slots);
            List<Slot> after = apply(nodes, slots, plan);

            String seen = "seed " + seed;
            assertThat(plan(nodes, after)).as(seen + ": stable").isEmpty();
            Collection<Integer> counts = owned(nodes, after).values();
            assertThat(Collections.max(counts) - Collections.min(counts))
                    .as(seen + ": even")
                    .isLessThanOrEqualTo(1);
            assertThat(ownersThatChange(nodes, slots, after))
                    .as(seen + ": least moves")
                    .isEqualTo(fewest(nodes, slots));
            for (Slot slot : after) {
                assertThat(slot.candidates()).as(seen).doesNotHaveDuplicates();
                assertThat(slot.candidates().size()).as(seen).isGreaterThanOrEqualTo(Math.min(3, live.size()));
            }
            for (Move move : plan) {
                List<Integer> added = new ArrayList<>(move.to());
                added.removeAll(move.slot().candidates());
                assertThat(live).as(seen).containsAll(added);
            }
        }
    }

    @Test
    void racksStayApartWhereTheyAre() {
        for (int round = 0; round < 200; round++) {
            long seed = 9_000L + round;
            Random random = new Random(seed);
            List<Member> nodes = new ArrayList<>();
            int perRack = 1 + random.nextInt(3);
            for (int i = 0; i < 3 * perRack; i++) {
                nodes.add(new Member(i, Optional.of("rack" + i % 3), Presence.LIVE));
            }
            Map<Integer, String> racks = nodes.stream()
                    .collect(
                            Collectors.toMap(Member::id, member -> member.rack().orElseThrow()));
            int owners = 1 + random.nextInt(nodes.size());
            List<Slot> slots = slots(40 + random.nextInt(100), i -> {
                int first = random.nextInt(owners);
                return List.of(
                        first,
                        3 * random.nextInt(perRack) + (first + 1) % 3,
                        3 * random.nextInt(perRack) + (first + 2) % 3);
            });

            List<Slot> after = apply(nodes, slots, plan(nodes, slots));

            assertThat(after)
                    .as("seed " + seed)
                    .allSatisfy(slot -> assertThat(
                                    slot.candidates().stream().map(racks::get).collect(Collectors.toSet()))
                            .hasSize(3));
        }
    }

    @Test
    void fiftyThousandPartitionsArePlannedInAMoment() {
        List<Slot> slots = slots(50_000, i -> List.of(1 + i % 5, 1 + (i + 1) % 5, 1 + (i + 2) % 5));
        List<Move> plan = List.of();
        for (int round = 0; round < 5; round++) {
            long began = Time.SYSTEM.nanoseconds();
            plan = plan(live(1, 2, 3, 4, 5, 6), slots);
            System.out.println("plan of 50,000 partitions for a sixth node: "
                    + (Time.SYSTEM.nanoseconds() - began) / 1_000_000 + " ms");
        }
        assertThat(plan).hasSize(50_000 / 6);
    }

    private static List<Move> plan(List<Member> nodes, List<Slot> slots) {
        return Planner.plan(3, ALL, nodes, slots);
    }

    private static Map<Integer, Integer> owned(List<Member> nodes, List<Slot> slots) {
        return Planner.owned(nodes, slots);
    }

    private static int owner(List<Member> nodes, Slot slot) {
        return Planner.owned(nodes, List.of(slot)).entrySet().stream()
                .filter(entry -> entry.getValue() == 1)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(-1);
    }

    private static long ownersThatChange(List<Member> nodes, List<Slot> before, List<Slot> after) {
        return IntStream.range(0, before.size())
                .filter(i -> owner(nodes, before.get(i)) >= 0)
                .filter(i -> owner(nodes, before.get(i)) != owner(nodes, after.get(i)))
                .count();
    }

    /** What stands above the shares, when the fullest get the larger ones; partitions without owner aside. */
    private static long fewest(List<Member> nodes, List<Slot> slots) {
        List<Integer> counts = new ArrayList<>(owned(nodes, slots).values());
        counts.sort(Collections.reverseOrder());
        int total = counts.stream().mapToInt(count -> count).sum();
        long moves = 0;
        for (int i = 0; i < counts.size(); i++) {
            int share = total / counts.size() + (i < total % counts.size() ? 1 : 0);
            moves += Math.max(0, counts.get(i) - share);
        }
        return moves;
    }

    /** As KRaft would: candidates as planned, led by the first that lives. */
    private static List<Slot> apply(List<Member> nodes, List<Slot> slots, List<Move> plan) {
        Map<Slot, List<Integer>> moved = new HashMap<>();
        plan.forEach(move -> moved.put(move.slot(), move.to()));
        return slots.stream()
                .map(slot -> new Slot(
                        slot.topic(),
                        slot.partition(),
                        moved.getOrDefault(slot, slot.candidates()),
                        slot.leader(),
                        slot.fixed(),
                        slot.orphaned()))
                .map(slot -> new Slot(
                        slot.topic(), slot.partition(), slot.candidates(), owner(nodes, slot), slot.fixed(), false))
                .toList();
    }

    private static List<Member> randomNodes(Random random) {
        List<Member> nodes = new ArrayList<>();
        int count = 1 + random.nextInt(9);
        for (int id = 0; id < count; id++) {
            Presence presence = random.nextInt(4) > 0 ? Presence.LIVE : Presence.AWAY;
            presence = random.nextInt(12) == 0 ? Presence.ABSENT : presence;
            nodes.add(new Member(
                    id, random.nextBoolean() ? Optional.of("r" + random.nextInt(3)) : Optional.empty(), presence));
        }
        nodes.set(0, node(0));
        return nodes;
    }

    /** Each with a live candidate. */
    private static List<Slot> randomSlots(Random random, List<Member> nodes) {
        List<Integer> live = List.copyOf(live(nodes));
        int favourite = live.get(random.nextInt(live.size()));
        return slots(random.nextInt(120), i -> {
            Set<Integer> candidates = new HashSet<>();
            candidates.add(random.nextInt(3) == 0 ? favourite : live.get(random.nextInt(live.size())));
            while (candidates.size() < Math.min(3, nodes.size()) && random.nextInt(5) > 0) {
                candidates.add(random.nextInt(nodes.size()));
            }
            List<Integer> order = new ArrayList<>(candidates);
            Collections.shuffle(order, random);
            return order;
        });
    }

    private static Set<Integer> live(List<Member> nodes) {
        return nodes.stream()
                .filter(member -> member.presence() == Presence.LIVE)
                .map(Member::id)
                .collect(Collectors.toSet());
    }

    private static List<Slot> slots(int count, java.util.function.IntFunction<List<Integer>> candidates) {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Integer> order = candidates.apply(i);
            slots.add(new Slot("topic", i, order, order.getFirst(), false, false));
        }
        return slots;
    }

    private static List<Member> live(int... ids) {
        return IntStream.of(ids).mapToObj(PlannerTest::node).toList();
    }

    private static Member node(int id) {
        return node(id, Presence.LIVE);
    }

    private static Member node(int id, Presence presence) {
        return new Member(id, Optional.empty(), presence);
    }
}
