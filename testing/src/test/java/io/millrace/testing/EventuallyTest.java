package io.millrace.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void shouldReturnTheValueAsSoonAsItIsThere() {
        String value = Eventually.value(
                () -> asked.incrementAndGet() < 3 ? Optional.empty() : Optional.of("there"), "a value");
        assertThat(value).isEqualTo("there");
        assertThat(asked).hasValue(3);
    }

    @Test
    void shouldSayWhatDidNotHappenAndWhy() {
        IllegalStateException cause = new IllegalStateException("not ready");
        assertThatThrownBy(() -> Eventually.check(
                        Duration.ofMillis(10),
                        () -> {
                            throw cause;
                        },
                        "it works"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("not within 10 ms: it works")
                .hasCause(cause);
    }
}
