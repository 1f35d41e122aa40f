package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String GIVEN = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @Test
    void shouldStayInTheTraceWithAStepOfItsOwn() {
        String next = Traceparent.continuing(GIVEN);

        assertThat(next).startsWith("00-" + TRACE + "-").endsWith("-01").isNotEqualTo(GIVEN);
        assertThat(Traceparent.traceId(next)).isEqualTo(TRACE);
        assertThat(Traceparent.traceId(Traceparent.continuing("cc-" + TRACE + "-00f067aa0ba902b7-00-what-comes-later")))
                .isEqualTo(TRACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"
            })
    void shouldBeginANewTraceWhereNothingValidIsGiven(String given) {
        String begun = Traceparent.continuing(given);

        assertThat(begun).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01").doesNotContain(TRACE);
        assertThat(Traceparent.continuing(null)).isNotEqualTo(begun);
    }

    @Test
    void shouldTravelInHeadersAndOnlyWhenItIsValid() {
        RecordHeaders headers = new RecordHeaders();
        Traceparent.put(headers, "");
        assertThat(headers).isEmpty();
        assertThat(Traceparent.of(headers)).isEmpty();
        Traceparent.put(headers, GIVEN);
        assertThat(Traceparent.of(headers)).isEqualTo(GIVEN);
        headers.remove(Traceparent.HEADER).add(Traceparent.HEADER, "x".getBytes(StandardCharsets.UTF_8));
        assertThat(Traceparent.of(headers)).isEmpty();
    }
}
