package io.weir.kafka.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.weir.kafka.frame.RequestBudget.Reservation;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Of 100 bytes: up to 25 is common, more is large. */
class RequestBudgetTest {
    private final RequestBudget budget = new RequestBudget(100);

    private Reservation taken(int bytes) {
        Reservation taken = budget.tryTake(bytes, true);
        assertNotNull(taken);
        return taken;
    }

    @Test
    void thoseThatFindNoRoomAreWokenOneByOne() {
        AtomicInteger woken = new AtomicInteger();
        Reservation first = taken(25);
        for (int i = 0; i < 3; i++) {
            taken(25);
        }
        assertThat(budget.tryTake(20, true)).isNull();
        assertThat(budget.isFull()).isTrue();
        assertThat(budget.isContended()).isFalse();
        budget.await(20, true, woken::incrementAndGet);
        budget.await(20, true, woken::incrementAndGet);
        assertThat(budget.isContended()).isTrue();

        budget.release(first);

        assertThat(woken).hasValue(1);
        assertThat(budget.usedBytes()).isEqualTo(75);
        taken(20);
        budget.wake();
        assertThat(woken).hasValue(2);
        assertThat(budget.isContended()).isFalse();
    }

    @Test
    void largeOnesTakeHalfOfWhatIsLeftAndOneMayOverdraw() {
        Reservation half = taken(50);
        taken(25);
        Reservation over = taken(400);
        assertThat(budget.usedBytes()).isEqualTo(475);
        assertThat(budget.tryTake(26, true)).isNull();
        // Whatever the large ones do, there is room for others.
        Reservation common = taken(25);
        assertThat(budget.tryTake(1, true)).isNull();

        AtomicInteger woken = new AtomicInteger();
        budget.await(400, true, woken::incrementAndGet);
        budget.release(over);
        assertThat(woken).hasValue(1);
        taken(400);
        budget.release(common);
        budget.release(common);
        budget.release(half);
        assertThat(budget.usedBytes()).isEqualTo(425);
    }

    @Test
    void clientsThatHaveSentSuchBeforeFindRoomWhateverOthersAnnounce() {
        int unproven = 0;
        while (budget.tryTake(10, false) != null) {
            unproven++;
        }
        assertThat(unproven).isEqualTo(9);
        AtomicInteger woken = new AtomicInteger();
        budget.await(10, false, woken::incrementAndGet);
        Reservation proven = taken(10);
        assertThat(budget.tryTake(1, false)).isNull();
        budget.release(proven);
        assertThat(woken).hasValue(1);
    }

    @Test
    void whatNeverFitsGetsThroughAlone() {
        Reservation large = taken(1_000);
        assertThat(budget.tryTake(1_000, true)).isNull();
        budget.release(large);
        budget.release(taken(1_000));
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void smallFramesAreCountedAndNeverWait() {
        for (int i = 0; i < 4; i++) {
            taken(25);
        }
        Reservation small = budget.count(10);
        assertThat(budget.usedBytes()).isEqualTo(110);
        budget.release(small);
        assertThat(budget.usedBytes()).isEqualTo(100);
    }
}
