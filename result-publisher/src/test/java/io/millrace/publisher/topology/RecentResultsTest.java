package io.millrace.publisher.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.v1.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentResultsTest {
    private static final List<Result> SOME = List.of(Result.getDefaultInstance());
    private final RecentResults recent = new RecentResults(100);

    @Test
    void shouldForgetWhatWasNotUsedForLongest() {
        // given
        keep(1, 40);
        keep(2, 40);
        assertThat(recent.find(place(1))).isEqualTo(SOME);

        // when
        keep(3, 30);

        // then
        assertThat(recent.find(place(1))).isEqualTo(SOME);
        assertThat(recent.find(place(2))).isNull();
        assertThat(recent.find(place(3))).isEqualTo(SOME);
        assertThat(recent.bytes()).isEqualTo(70);
    }

    @Test
    void shouldCountARecordThatComesAgainOnce() {
        keep(1, 40);
        keep(1, 50);

        assertThat(recent.bytes()).isEqualTo(50);
    }

    @Test
    void shouldKeepNothingThatIsLargerThanItsBound() {
        keep(1, 40);
        keep(2, 101);

        assertThat(recent.find(place(2))).isNull();
        assertThat(recent.bytes()).isZero();
    }

    private void keep(long offset, int size) {
        recent.keep(place(offset), SOME, size);
    }

    private static RecentResults.Place place(long offset) {
        return new RecentResults.Place(0, offset);
    }
}
