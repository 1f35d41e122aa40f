package io.millrace.worker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.worker.core.MemoryGuard.Step;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryGuardTest {
    private static final long NOW = Duration.ofMinutes(10).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final Map<String, Long> MODELS =
            Map.of("old", NOW - 3 * MINUTE, "older", NOW - 5 * MINUTE, "busy", NOW);

    private final MemoryGuard guard = new MemoryGuard(0.85);

    @Test
    void shouldDoNothingWhileThereIsMemory() {
        assertThat(guard.next(0.85, MODELS, NOW)).isEqualTo(new Step.Nothing());
    }

    @Test
    void shouldLowerBatchesFirstAndThenUnloadWhatWasIdleLongest() {
        assertThat(guard.next(0.9, MODELS, NOW)).isEqualTo(new Step.LowerBatches());
        assertThat(guard.next(0.9, MODELS, NOW)).isEqualTo(new Step.LowerBatches());
        assertThat(guard.next(0.9, MODELS, NOW)).isEqualTo(new Step.Unload("older"));
        assertThat(guard.next(0.9, Map.of("old", NOW - 3 * MINUTE, "busy", NOW), NOW))
                .isEqualTo(new Step.Unload("old"));
        assertThat(guard.next(0.8, Map.of("busy", NOW), NOW)).isEqualTo(new Step.Nothing());
    }

    @Test
    void shouldKeepTheModelThatWasUsedLastAndThoseInUse() {
        Map<String, Long> both = Map.of("one", NOW - 1, "other", NOW);
        guard.next(0.9, both, NOW);
        guard.next(0.9, both, NOW);

        assertThat(guard.next(0.9, both, NOW)).isEqualTo(new Step.Nothing());
        assertThat(guard.next(0.9, Map.of("only", 0L), NOW)).isEqualTo(new Step.Nothing());
    }

    @Test
    void shouldNeverActWithALimitOfOne() {
        assertThat(new MemoryGuard(1).next(0.999, MODELS, NOW)).isEqualTo(new Step.Nothing());
    }
}
