package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @Test
    void shouldReadBothFormsOfRetryAfter() {
        assertThat(Retries.retryAfter(header("7"), NOW)).isEqualTo(Duration.ofSeconds(7));
        assertThat(Retries.retryAfter(header("Sat, 21 Nov 2026 10:00:30 GMT"), NOW))
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void shouldIgnoreWhatMakesNoSenseOrIsOver() {
        assertThat(Retries.retryAfter(header("soon"), NOW)).isZero();
        assertThat(Retries.retryAfter(header("-3"), NOW)).isZero();
        assertThat(Retries.retryAfter(header("Sat, 21 Nov 2026 09:00:00 GMT"), NOW))
                .isZero();
        assertThat(Retries.retryAfter(HttpHeaders.of(Map.of(), (name, value) -> true), NOW))
                .isZero();
    }

    private static HttpHeaders header(String value) {
        return HttpHeaders.of(Map.of("Retry-After", List.of(value)), (name, one) -> true);
    }
}
