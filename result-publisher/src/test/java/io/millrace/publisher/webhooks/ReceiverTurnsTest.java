package io.millrace.publisher.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReceiverTurnsTest {
    private static final int AT_ONCE = 8;

    private final ReceiverTurns turns = new ReceiverTurns(AT_ONCE);

    @Test
    void shouldLetNobodyWaitForAnotherReceiverWhateverTheyAreCalled() throws Exception {
        // given: names with the same hash
        String silent = "Aa";
        String other = "BB";
        assertThat(silent).hasSameHashCodeAs(other);
        CountDownLatch answer = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch inTurn = new CountDownLatch(AT_ONCE / 4);
            AtomicInteger toSilent = new AtomicInteger();
            for (int call = 0; call < 2 * AT_ONCE; call++) {
                Future<?> unused = callers.submit(() -> {
                    turns.take(silent, () -> {
                        toSilent.incrementAndGet();
                        inTurn.countDown();
                        answer.await();
                    });
                    return null;
                });
            }
            inTurn.await();

            // when
            AtomicInteger toOther = new AtomicInteger();
            for (int call = 0; call < 2 * AT_ONCE; call++) {
                turns.take(other, toOther::incrementAndGet);
            }

            // then
            assertThat(toOther).hasValue(2 * AT_ONCE);
            assertThat(toSilent).hasValue(AT_ONCE / 4);
            answer.countDown();
        }
        assertThat(turns.receivers()).isZero();
    }
}
