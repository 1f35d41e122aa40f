package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.StreamState;
import org.junit.jupiter.api.Test;

class StartPointTest {
    private final StreamState stream =
            StreamState.newBuilder().setEpoch("e").setNextOffset(10).build();

    @Test
    void shouldGoOnAfterThePosition() {
        assertThat(new StartPoint.After("e", 4).in(stream)).isEqualTo(new StartPoint.Resumption(5, true));
        assertThat(new StartPoint.After("e", 9).in(stream)).isEqualTo(new StartPoint.Resumption(10, true));
        assertThat(new StartPoint.After("e", -1).in(stream)).isEqualTo(new StartPoint.Resumption(0, true));
        assertThat(new StartPoint.Beginning().in(stream)).isEqualTo(new StartPoint.Resumption(0, true));
        assertThat(new StartPoint.Now().in(stream)).isEqualTo(new StartPoint.Resumption(10, true));
    }

    @Test
    void shouldSaySoWhenItCannotGoOnExactly() {
        assertThat(new StartPoint.After("other", 4).in(stream)).isEqualTo(new StartPoint.Resumption(0, false));
        assertThat(new StartPoint.After("e", 10).in(stream)).isEqualTo(new StartPoint.Resumption(0, false));
        assertThat(new StartPoint.After("e", 10).needsMoreThan(stream)).isTrue();
        assertThat(new StartPoint.After("other", 10).needsMoreThan(stream)).isFalse();
    }
}
