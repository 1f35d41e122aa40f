package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {
    private final ByteBudget budget = new ByteBudget(100);
    private final AtomicInteger called = new AtomicInteger();

    @Test
    void shouldHaveRoomUpToItsLimitAndRefuseBeyondTwiceOfIt() {
        assertThat(budget.take(100)).isTrue();
        assertThat(budget.room()).isTrue();
        assertThat(budget.take(100)).isTrue();
        assertThat(budget.room()).isFalse();
        assertThat(budget.take(1)).isFalse();
        assertThat(budget.taken()).isEqualTo(200);
    }

    @Test
    void shouldTakeOneLargePieceWhenIdle() {
        assertThat(budget.take(1000)).isTrue();
        assertThat(budget.take(1)).isFalse();
    }

    @Test
    void shouldCallWhoWaitsOnceWhenHalfIsFree() {
        // given
        budget.take(110);
        budget.onRoom(called::incrementAndGet);

        // when
        budget.giveBack(50);
        int above = called.get();
        budget.giveBack(10);
        budget.giveBack(50);

        // then
        assertThat(above).isZero();
        assertThat(called).hasValue(1);
    }

    @Test
    void shouldCallAtOnceWhenThereIsRoom() {
        // when
        budget.onRoom(called::incrementAndGet);

        // then
        assertThat(called).hasValue(1);
    }
}
