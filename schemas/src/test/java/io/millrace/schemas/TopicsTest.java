package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.v1.StreamKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    @Test
    void shouldNameTheLanesOfAModel() {
        assertThat(Topics.requests("all-minilm-l6-v2", Lane.ONLINE))
                .isEqualTo("millrace.requests.all-minilm-l6-v2.online");
        assertThat(Topics.requests("M_1.5", Lane.BATCH)).isEqualTo("millrace.requests.M_1.5.batch");
        assertThat(Topics.requests("m", Lane.HIGH)).isEqualTo("millrace.requests.m.high");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "-m", "a/b", "a b", "ü", "m\n"})
    void shouldRefuseAModelNameThatIsNoTopicName(String model) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Topics.requests(model, Lane.BATCH))
                .withMessageContaining("model name '" + model + "'");
    }

    @Test
    void shouldStayWithinKafkasLengthOfATopicName() {
        assertThat(Topics.requests("m".repeat(100), Lane.ONLINE)).hasSizeLessThanOrEqualTo(249);
        assertThatIllegalArgumentException().isThrownBy(() -> Topics.checkedModelName("m".repeat(101)));
    }

    @Test
    void shouldKeepJobsAndCallsApart() {
        assertThat(Topics.results(StreamKind.STREAM_KIND_JOB)).isEqualTo("millrace.results.jobs");
        assertThat(Topics.results(StreamKind.STREAM_KIND_CALL)).isEqualTo("millrace.results.calls");
        assertThatIllegalArgumentException().isThrownBy(() -> Topics.results(StreamKind.STREAM_KIND_UNSPECIFIED));
    }
}
