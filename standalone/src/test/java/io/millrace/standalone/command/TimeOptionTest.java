package io.millrace.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimeOptionTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void shouldReadMomentsDaysAndHowLongAgo() {
        assertThat(at("2026-11-21T08:00:00Z")).isEqualTo("2026-11-21T08:00:00Z");
        assertThat(at("2026-11-21T08:00:00+02:00")).isEqualTo("2026-11-21T06:00:00Z");
        assertThat(at("2026-11-21T08:00:00")).isEqualTo("2026-11-21T07:00:00Z");
        assertThat(at("2026-11-20")).isEqualTo("2026-11-19T23:00:00Z");
        assertThat(at("90m")).isEqualTo("2026-11-21T10:30:00Z");
        assertThat(at("2d")).isEqualTo("2026-11-19T12:00:00Z");
    }

    @Test
    void shouldSayWhatATimeLooksLike() {
        assertThatThrownBy(() -> at("yesterday"))
                .hasMessageContaining("'yesterday'")
                .hasMessageContaining("12h");
    }

    private static String at(String text) {
        return TimeOption.parse(text, NOW, ZoneId.ofOffset("UTC", ZoneOffset.ofHours(1)))
                .toString();
    }
}
