package io.millrace.publisher.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.publisher.JobLog;
import io.millrace.schemas.Tenant;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.TokenUsage;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static final String BODY = "{\"usage\":{\"total_tokens\":9}}";

    private final JobLog log = JobLog.ofJob();
    private final StreamKey stream = StreamKey.of(Tenant.DEFAULT, log.id()).orElseThrow();

    @Test
    void shouldTakeAWorkersWordForABodyThatItMade() {
        // given
        TokenUsage told = TokenUsage.newBuilder().setInput(4).setTotal(4).build();
        Result.Builder result = log.success(0, BODY).getResult().toBuilder();
        result.getSuccessBuilder().setUsage(told);

        // then
        assertThat(Answer.of(result.build(), stream)).isEqualTo(new Answer.Sound(result.build(), told));
    }

    @Test
    void shouldReadTheBodyWhereItsWorkerSaysNothing() {
        // given
        Result result = log.success(0, BODY).getResult();

        // then
        assertThat(Answer.of(result, stream))
                .isEqualTo(new Answer.Sound(
                        result, TokenUsage.newBuilder().setTotal(9).build()));
    }
}
