package io.millrace.worker.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.config.ModelBackend;
import io.millrace.runtime.config.ModelSettings;
import io.millrace.runtime.config.OnnxSettings;
import io.millrace.runtime.config.OpenAiSettings;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.StreamKind;
import io.millrace.testing.Eventually;
import io.millrace.testing.model.Behaviour;
import io.millrace.testing.model.ModelServer;
import io.millrace.worker.core.DeltaBuffer;
import io.millrace.worker.core.Outcome;
import io.millrace.worker.core.RetryPolicy;
import io.millrace.worker.inference.Attempts;
import io.millrace.worker.inference.RequestAttempt;
import io.millrace.worker.inference.RequestRunner;
import io.millrace.worker.inference.RequestRunnerContract;
import io.millrace.worker.inference.WorkerMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenAiRunnerIT extends RequestRunnerContract {
    private static final Duration SILENCE = Duration.ofMillis(600);

    private final ModelServer first = ModelServer.start();
    private final ModelServer second = ModelServer.start();
    private final List<DeltaBuffer.Piece> pieces = new CopyOnWriteArrayList<>();
    private final OpenAiRunner runner = start(List.of(first, second));

    private OpenAiRunner start(List<ModelServer> servers) {
        OpenAiSettings.Timeouts timeouts = new OpenAiSettings.Timeouts(SILENCE, SILENCE, SILENCE.multipliedBy(10));
        List<String> urls =
                servers.stream().map(server -> server.baseUrl().toString()).toList();
        ModelSettings model = new ModelSettings(
                MODEL,
                ModelBackend.OPENAI,
                List.of(),
                1,
                1,
                "",
                "",
                1,
                Duration.ZERO,
                0,
                OnnxSettings.USUAL,
                new OpenAiSettings(urls, "upstream", "", 8, timeouts));
        RetryPolicy retries = new RetryPolicy(3, Duration.ofMillis(20), Duration.ofMillis(100));
        return OpenAiRunner.start(
                model,
                new OpenAiRunner.Options("secret", retries, 0.1, 1 << 20),
                (attempt, piece) -> pieces.add(piece),
                InstantSource.system(),
                new WorkerMeters(new SimpleMeterRegistry(), MODEL));
    }

    @Override
    protected RequestRunner runner() {
        return runner;
    }

    @AfterEach
    void close() {
        runner.close();
        first.close();
        second.close();
    }

    static List<Behaviour> faults() {
        return List.of(
                new Behaviour.Refuse(429, "0", "rate_limit_exceeded", "slow down"),
                new Behaviour.Refuse(503, "", "overloaded", "later"),
                new Behaviour.Refuse(500, "", "internal", "oops"),
                new Behaviour.Reset(0),
                new Behaviour.Reset(3),
                new Behaviour.Malformed(0),
                new Behaviour.Malformed(3),
                new Behaviour.Silence(0),
                new Behaviour.Silence(3));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void shouldTryAgainAfterEveryKindOfFault(Behaviour fault) throws Exception {
        first.answerNext(fault);
        second.answerNext(fault);

        runner.submit(attempts.of(chat("r", "How are you today", true)));

        assertThat(content("r")).isEqualTo("You said: How are you today");
        assertThat(first.seen().size() + second.seen().size()).isBetween(2, 3);
        assertThat(text()).isEqualTo("You said: How are you today");
    }

    @Test
    void shouldFailAtOnceWhatTheServerFindsWrong() {
        first.answer(new Behaviour.Refuse(400, "", "context_length_exceeded", "too many tokens"));
        second.answer(new Behaviour.Refuse(400, "", "context_length_exceeded", "too many tokens"));

        runner.submit(attempts.of(chat("r", "long", false)));

        assertThat(attempts.outcome("r")).isEqualTo(new Outcome.Failed("context_length_exceeded", "too many tokens"));
        assertThat(first.seen().size() + second.seen().size()).isEqualTo(1);
    }

    @Test
    void shouldGiveUpAtTheAttemptLimit() {
        first.answer(new Behaviour.Refuse(500, "", "internal", "oops"));
        second.answer(new Behaviour.Refuse(500, "", "internal", "oops"));

        runner.submit(attempts.of(chat("r", "hopeless", false)));

        assertThat(attempts.outcome("r"))
                .isEqualTo(new Outcome.Failed(ErrorCode.ATTEMPTS_EXHAUSTED, "the model server answered 500: oops"));
        assertThat(first.seen().size() + second.seen().size()).isEqualTo(3);
    }

    @Test
    void shouldKeepAJobsRequestWhileTheServersRefuseIt() throws Exception {
        Behaviour refusal = new Behaviour.Refuse(429, "", "rate_limit_exceeded", "slow down");
        first.answer(refusal);
        second.answer(refusal);
        InferenceRequest request = Attempts.request(
                        "r", StreamKind.STREAM_KIND_JOB, MODEL, "/v1/chat/completions", body("patience", true))
                .toBuilder()
                .setDeadlineMs(System.currentTimeMillis() + 60_000)
                .build();

        runner.submit(attempts.of(request));
        Eventually.check(() -> first.seen().size() + second.seen().size() > 6, "it is tried more often than the limit");
        assertThat(attempts.now("r")).isNull();
        first.answer(Behaviour.PROMPT);
        second.answer(Behaviour.PROMPT);

        assertThat(content("r")).isEqualTo("You said: patience");
        assertThat(first.seen().getFirst().body().has("stream")).isFalse();
        assertThat(first.seen().getFirst().body().path("model").asText()).isEqualTo("upstream");
        assertThat(first.seen().getFirst().authorization()).isEqualTo("Bearer secret");
    }

    @Test
    void shouldAbortARunningCallThatIsNotWantedAnyMore() {
        Behaviour slow = new Behaviour.Answer(Duration.ZERO, Duration.ofMillis(50));
        first.answer(slow);
        second.answer(slow);
        RequestAttempt attempt = attempts.of(chat("r", "word ".repeat(1000), true));
        runner.submit(attempt);
        Eventually.check(() -> !pieces.isEmpty(), "the answer has begun");

        attempt.end(new Outcome.Cancelled());

        Eventually.check(
                Duration.ofSeconds(1), () -> first.deserted() + second.deserted() == 1, "the server is let go");
        assertThat(attempts.eachOnce()).isTrue();
    }

    @Test
    void shouldGoOnWithTheServerThatIsLeft() {
        first.close();
        IntStream.range(0, 30).forEach(n -> runner.submit(attempts.of(chat("r" + n, "again", false))));

        Eventually.check(() -> attempts.ended() == 30, "all have ended");
        IntStream.range(0, 30)
                .forEach(n -> assertThat(attempts.outcome("r" + n)).isInstanceOf(Outcome.Succeeded.class));
        assertThat(runner.reasonNotReady()).isEmpty();
        second.close();
        Eventually.check(() -> runner.reasonNotReady().isPresent(), "it says that no server answers");
    }

    private String content(String id) throws Exception {
        Outcome outcome = attempts.outcome(id);
        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        JsonNode answer =
                new ObjectMapper().readTree(((Outcome.Succeeded) outcome).body().toByteArray());
        assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
        assertThat(answer.path("usage").path("completion_tokens").asInt()).isPositive();
        return answer.at("/choices/0/message/content").asText();
    }

    /** What somebody has who applied all the pieces. */
    private String text() {
        StringBuilder text = new StringBuilder();
        for (DeltaBuffer.Piece piece : pieces) {
            assertThat(piece.position()).isIn(0L, (long) text.length());
            text.setLength((int) piece.position());
            text.append(piece.text());
        }
        return text.toString();
    }

    private static InferenceRequest chat(String id, String text, boolean stream) {
        return Attempts.request(id, StreamKind.STREAM_KIND_CALL, MODEL, "/v1/chat/completions", body(text, stream));
    }

    private static String body(String text, boolean stream) {
        return "{\"model\": \"m\", \"stream\": " + stream + ", \"messages\": [{\"role\": \"user\", \"content\": \""
                + text + "\"}]}";
    }
}
