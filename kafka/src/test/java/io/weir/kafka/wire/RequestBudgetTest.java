package io.weir.kafka.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.kafka.wire.RequestBudget.Reservation;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RequestBudgetTest {
    private final RequestBudget budget = new RequestBudget(100);

    @Test
    void framesWaitForRoomAndAreWokenOneByOne() {
        Reservation first = new Reservation();
        Reservation second = new Reservation();
        AtomicInteger woken = new AtomicInteger();
        assertThat(budget.tryGrow(first, 80)).isTrue();
        assertThat(budget.tryGrow(second, 30)).isFalse();
        budget.await(second, woken::incrementAndGet);
        budget.await(new Reservation(), woken::incrementAndGet);

        budget.release(first);

        assertThat(woken).hasValue(1);
        assertThat(budget.usedBytes()).isZero();
        assertThat(budget.tryGrow(second, 30)).isTrue();
        budget.wake();
        assertThat(woken).hasValue(2);
    }

    @Test
    void oneOfTheFramesThatHaveBegunMayOverdraw() {
        Reservation first = new Reservation();
        Reservation second = new Reservation();
        assertThat(budget.tryGrow(first, 50)).isTrue();
        assertThat(budget.tryGrow(second, 50)).isTrue();
        assertThat(budget.tryGrow(first, 400)).isTrue();
        assertThat(budget.tryGrow(second, 1)).isFalse();
        assertThat(budget.tryGrow(first, 400)).isTrue();
        assertThat(budget.tryGrow(new Reservation(), 1)).isFalse();

        AtomicInteger woken = new AtomicInteger();
        budget.await(second, woken::incrementAndGet);
        budget.release(first);

        assertThat(woken).hasValue(1);
        assertThat(budget.tryGrow(second, 400)).isTrue();
        budget.release(second);
        budget.release(second);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void smallFramesAreCountedAndNeverWait() {
        Reservation large = new Reservation();
        assertThat(budget.tryGrow(large, 100)).isTrue();
        Reservation small = budget.count(10);
        assertThat(budget.usedBytes()).isEqualTo(110);
        budget.release(small);
        budget.release(large);
        assertThat(budget.usedBytes()).isZero();
    }
}
