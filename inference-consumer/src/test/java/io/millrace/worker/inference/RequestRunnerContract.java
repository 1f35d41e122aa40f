package io.millrace.worker.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.worker.core.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every backend does, whatever runs its model. */
public abstract class RequestRunnerContract {
    /** The model's name in every runner. */
    protected static final String MODEL = "m";

    protected final Attempts attempts = new Attempts();
    private final OpenAttempts open = new OpenAttempts(InstantSource.system());

    /** The one under test; it answers {@code /v1/embeddings}. */
    protected abstract RequestRunner runner();

    @Test
    void shouldAnswerEveryRequestOnceWithItsOwnVector() throws Exception {
        IntStream.range(0, 40).forEach(n -> submit("r" + n, "{\"input\": [\"text " + n + "\", \"other\"]}"));

        Eventually.check(Duration.ofSeconds(30), () -> attempts.ended() == 40, "all have ended");
        assertThat(attempts.eachOnce()).isTrue();
        assertThat(IntStream.range(0, 40).mapToObj(n -> answer("r" + n)).distinct())
                .hasSize(40);
        assertThat(new ObjectMapper().readTree(answer("r7")).path("data")).hasSize(2);
    }

    @Test
    void shouldFailWhatCanNeverRunAndNothingElse() {
        submit("good", "{\"input\": \"text\"}");
        submit("no json", "{\"input\": ");
        submit("no object", "[]");
        runner().submit(attempts.of(
                Attempts.request("elsewhere", StreamKind.STREAM_KIND_JOB, MODEL, "/v1/rerank", "{\"input\": \"x\"}")));

        assertThat(attempts.outcome("good")).isInstanceOf(Outcome.Succeeded.class);
        assertThat(failure("no json")).isEqualTo(ErrorCode.INVALID_JSON.code());
        assertThat(failure("no object")).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(failure("elsewhere")).isEqualTo(ErrorCode.UNSUPPORTED_URL.code());
    }

    @Test
    void shouldNotRunWhatNobodyWaitsForAnyMore() {
        InferenceRequest late =
                Attempts.request("late", StreamKind.STREAM_KIND_CALL, MODEL, "/v1/embeddings", "{\"input\": \"x\"}")
                        .toBuilder()
                        .setDeadlineMs(1)
                        .build();
        RequestAttempt attempt = attempts.of(late);
        open.add(attempt);
        RequestAttempt cancelled = attempts.of(Attempts.request(
                "cancelled", StreamKind.STREAM_KIND_JOB, MODEL, "/v1/embeddings", "{\"input\": \"x\"}"));
        open.cancel("stream-cancelled");
        open.add(cancelled);

        runner().submit(attempt);
        runner().submit(cancelled);
        submit("after", "{\"input\": \"x\"}");

        assertThat(attempts.outcome("after")).isInstanceOf(Outcome.Succeeded.class);
        assertThat(attempts.outcome("late")).isEqualTo(new Outcome.Expired());
        assertThat(attempts.outcome("cancelled")).isEqualTo(new Outcome.Cancelled());
        assertThat(attempts.eachOnce()).isTrue();
    }

    private void submit(String id, String body) {
        runner().submit(attempts.of(Attempts.request(id, StreamKind.STREAM_KIND_JOB, MODEL, "/v1/embeddings", body)));
    }

    private String failure(String id) {
        return attempts.outcome(id) instanceof Outcome.Failed failed ? failed.code() : "did not fail";
    }

    private String answer(String id) {
        return attempts.outcome(id) instanceof Outcome.Succeeded succeeded
                ? succeeded.body().toStringUtf8()
                : "no answer: " + attempts.outcome(id);
    }
}
