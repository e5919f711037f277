package io.weir.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.compat.crash.LogChecker.Stored;
import io.weir.compat.crash.Problem.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker finds what it is there to find, and nothing in a log that is well. */
class LogCheckerTest {
    private static final int COUNT = 20;
    private final PartitionHistory history = new PartitionHistory();
    private final List<Stored> log = new ArrayList<>();

    /** Two writers' records, alternating, all acknowledged and delivered. */
    @BeforeEach
    void write() {
        for (int offset = 0; offset < COUNT; offset++) {
            Item item = new Item(offset % 2, history.next(offset % 2));
            history.acknowledge(item, offset);
            history.deliver(item, offset);
            log.add(new Stored(offset, item));
        }
    }

    @Test
    void findsNothingInALogThatIsWell() {
        assertThat(LogChecker.check(history, log, COUNT)).isEmpty();
    }

    @Test
    void findsALostRecordInTheMiddle() {
        assertThat(kindsAfter(items -> items.remove(7))).contains(Kind.LOST, Kind.MOVED);
    }

    @Test
    void findsALostRecordAtTheEnd() {
        assertThat(kindsAfter(List::removeLast)).contains(Kind.LOST, Kind.MOVED, Kind.VANISHED);
    }

    @Test
    void findsADoubledRecord() {
        assertThat(kindsAfter(items -> items.add(9, items.get(5)))).contains(Kind.DOUBLED);
    }

    @Test
    void findsARecordThatWasSentAgainAtTheEnd() {
        assertThat(kindsAfter(items -> items.add(items.getLast())))
                .containsExactlyInAnyOrder(Kind.DOUBLED, Kind.UNDELIVERED);
    }

    @Test
    void findsTwoSwappedRecordsOfOneWriter() {
        assertThat(kindsAfter(items -> Collections.swap(items, 4, 6))).contains(Kind.SWAPPED, Kind.MOVED);
    }

    @Test
    void findsAChangedRecord() {
        assertThat(kindsAfter(items -> items.set(3, Item.DAMAGED))).contains(Kind.FOREIGN, Kind.LOST);
    }

    @Test
    void findsARecordThatNobodySent() {
        assertThat(kindsAfter(items -> items.add(new Item(1, COUNT)))).contains(Kind.FOREIGN);
    }

    @Test
    void findsAGapInTheOffsets() {
        log.set(COUNT - 1, new Stored(COUNT + 5, log.getLast().item()));

        assertThat(kinds(COUNT + 6)).contains(Kind.GAP);
    }

    @Test
    void findsAnEndThatIsNotWhereTheLastRecordEnds() {
        assertThat(kinds(COUNT + 1)).containsExactly(Kind.GAP);
    }

    @Test
    void findsAReadThatVanished() {
        history.deliver(new Item(0, COUNT), COUNT);

        assertThat(kinds(COUNT)).containsExactly(Kind.VANISHED);
    }

    @Test
    void findsTwoReadsThatDiffer() {
        history.deliver(new Item(0, 3), 5);

        assertThat(kinds(COUNT)).containsExactly(Kind.VANISHED);
    }

    @Test
    void findsOneOffsetThatWasPromisedTwice() {
        history.acknowledge(new Item(0, 3), 5);

        assertThat(kinds(COUNT)).contains(Kind.MOVED);
    }

    @Test
    void findsARecordThatNobodyWasGiven() {
        Item item = new Item(0, history.next(0));
        history.acknowledge(item, COUNT);
        log.add(new Stored(COUNT, item));

        assertThat(kinds(COUNT + 1)).containsExactly(Kind.UNDELIVERED);
    }

    @Test
    void aRecordWhoseSendingFailedMayBeThereOrNot() {
        Item item = new Item(0, history.next(0));
        history.fail(item);
        assertThat(kinds(COUNT)).isEmpty();

        history.deliver(item, COUNT);
        log.add(new Stored(COUNT, item));
        assertThat(kinds(COUNT + 1)).isEmpty();
    }

    @Test
    void payloadsAreKnownAgainBitByBit() {
        byte[] bytes = Payload.of(3, 1, 4711);
        assertThat(Payload.read(1, bytes)).isEqualTo(new Item(3, 4711));
        assertThat(Payload.read(2, bytes)).isEqualTo(Item.DAMAGED);

        bytes[bytes.length - 1] ^= 1;
        assertThat(Payload.read(1, bytes)).isEqualTo(Item.DAMAGED);
    }

    /** Changes the order of the items, lays them down at dense offsets again, and returns what the checker says. */
    private List<Kind> kindsAfter(Consumer<List<Item>> change) {
        List<Item> items = new ArrayList<>(log.stream().map(Stored::item).toList());
        change.accept(items);
        log.clear();
        items.forEach(item -> log.add(new Stored(log.size(), item)));
        return kinds(log.size());
    }

    private List<Kind> kinds(long endOffset) {
        return LogChecker.check(history, log, endOffset).stream()
                .map(Problem::kind)
                .distinct()
                .toList();
    }
}
