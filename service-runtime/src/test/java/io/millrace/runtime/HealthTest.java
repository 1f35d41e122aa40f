package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HealthTest {
    private final Health health = new Health();

    @Test
    void shouldBeReadyWhenEveryPartIs() {
        // given
        Health.Check streams = health.register("streams");
        health.check("disk", Optional::empty);
        assertThat(health.reasons()).isEqualTo(Map.of("streams", "starting"));

        // when
        streams.ready();

        // then
        assertThat(health.ready()).isTrue();
    }

    @Test
    void shouldSayWhyItIsNoLongerReady() {
        // given
        Health.Check streams = health.register("streams");
        streams.ready();

        // when
        streams.notReady("restoring");

        // then
        assertThat(health.ready()).isFalse();
        assertThat(health.reasons()).isEqualTo(Map.of("streams", "restoring"));
    }

    @Test
    void shouldTakeAFailingCheckAsAReason() {
        // given
        health.check("disk", () -> {
            throw new IllegalStateException("gone");
        });

        // then
        assertThat(health.reasons().get("disk")).contains("gone");
    }

    @Test
    void shouldRefuseAnotherPartOfTheSameName() {
        // given
        health.register("streams");

        // then
        assertThatThrownBy(() -> health.register("streams")).isInstanceOf(IllegalArgumentException.class);
    }
}
