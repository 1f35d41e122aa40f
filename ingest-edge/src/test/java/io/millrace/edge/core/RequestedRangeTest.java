package io.millrace.edge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.edge.core.RequestedRange.Part;
import io.millrace.edge.core.RequestedRange.Unsatisfiable;
import io.millrace.edge.core.RequestedRange.Whole;
import org.junit.jupiter.api.Test;

class RequestedRangeTest {
    @Test
    void shouldFindTheBytesThatAreMeant() {
        assertThat(RequestedRange.of("bytes=0-0", 10)).isEqualTo(new Part(0, 1));
        assertThat(RequestedRange.of("bytes=3-5", 10)).isEqualTo(new Part(3, 6));
        assertThat(RequestedRange.of("bytes=3-", 10)).isEqualTo(new Part(3, 10));
        assertThat(RequestedRange.of("Bytes=3-99999999999999999999", 10)).isEqualTo(new Part(3, 10));
        assertThat(RequestedRange.of("bytes=-4", 10)).isEqualTo(new Part(6, 10));
        assertThat(RequestedRange.of("bytes=-40", 10)).isEqualTo(new Part(0, 10));
    }

    @Test
    void shouldSayWhatTheContentDoesNotHave() {
        assertThat(RequestedRange.of("bytes=10-", 10)).isEqualTo(new Unsatisfiable());
        assertThat(RequestedRange.of("bytes=-0", 10)).isEqualTo(new Unsatisfiable());
        assertThat(RequestedRange.of("bytes=0-", 0)).isEqualTo(new Unsatisfiable());
    }

    @Test
    void shouldIgnoreWhatItDoesNotUnderstand() {
        for (String header : new String[] {null, "bytes=5-3", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=a-"}) {
            assertThat(RequestedRange.of(header, 10)).as(header).isEqualTo(new Whole());
        }
    }
}
