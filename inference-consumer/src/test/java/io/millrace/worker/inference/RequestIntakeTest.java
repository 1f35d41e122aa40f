package io.millrace.worker.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.v1.FileManifest;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.schemas.v1.TokenUsage;
import io.millrace.testing.Eventually;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIntakeTest {
    private static final Optional<TokenUsage> ONE_TOKEN =
            Optional.of(TokenUsage.newBuilder().setInput(1).setTotal(1).build());

    private final IntakeFixture fixture = new IntakeFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldPublishEveryOutcomeThenAccept() {
        fixture.intake(true)
                .accept(IntStream.range(0, 50)
                        .mapToObj(n -> fixture.delivery("r" + n, 1))
                        .toList());

        fixture.awaitSettled(50);
        assertThat(fixture.settled.values()).containsOnly("accepted");
        assertThat(fixture.published.get("r7"))
                .isEqualTo(new Outcome.Succeeded(ByteString.copyFromUtf8("[7]"), ONE_TOKEN));
    }

    @Test
    void shouldFailOnlyTheInputThatTheModelFailsOn() {
        List<Delivery> deliveries =
                List.of(fixture.delivery("r1", 1), fixture.delivery("poison", 1), fixture.delivery("r2", 1));

        fixture.intake(true).accept(deliveries);

        fixture.awaitSettled(3);
        assertThat(fixture.published.get("poison"))
                .isEqualTo(new Outcome.Failed(ErrorCode.MODEL_FAILED, "the model failed on this input"));
        assertThat(fixture.published.get("r1")).isInstanceOf(Outcome.Succeeded.class);
        assertThat(fixture.published.get("r2")).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void shouldRunHalvesOfABatchForWhichThereIsNoMemory() {
        fixture.backend.room = 2;

        fixture.intake(true)
                .accept(IntStream.range(0, 32)
                        .mapToObj(n -> fixture.delivery("r" + n, 1))
                        .toList());

        fixture.awaitSettled(32);
        assertThat(fixture.published.values()).allMatch(Outcome.Succeeded.class::isInstance);
        int refused = fixture.backend.refused;
        assertThat(refused).isPositive();
        fixture.settled.clear();
        fixture.intake(true)
                .accept(IntStream.range(0, 32)
                        .mapToObj(n -> fixture.delivery("r" + n, 1))
                        .toList());
        fixture.awaitSettled(32);
        // Batches have become smaller: at most those that were formed before it.
        assertThat(fixture.backend.refused - refused).isLessThan(4);
    }

    @Test
    void shouldPublishNothingOfARequestThatAnotherWorkerHasByNow() {
        fixture.backend.gate = new CountDownLatch(1);
        fixture.intake(true).accept(List.of(fixture.delivery("r1", 1)));

        fixture.losses.getOrDefault("r1", how -> {}).accept(new Outcome.Abandoned());
        fixture.backend.gate.countDown();
        fixture.intake(true).accept(List.of(fixture.delivery("r2", 1)));

        Eventually.check(() -> fixture.published.containsKey("r2"), "the next one is answered");
        assertThat(fixture.published).doesNotContainKey("r1");
    }

    @Test
    void shouldFailARefusedRequestWithoutRunningIt() {
        fixture.intake(true).accept(List.of(fixture.delivery("refused", 1)));

        fixture.awaitSettled(1);
        assertThat(fixture.published.get("refused"))
                .isEqualTo(new Outcome.Failed(ErrorCode.EMPTY_INPUT, "input is empty"));
        assertThat(fixture.backend.ran).isEmpty();
    }

    @Test
    void shouldReleaseARequestWhoseResultCannotBeWritten() {
        fixture.intake(false).accept(List.of(fixture.delivery("r1", 1)));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("r1")).isEqualTo("released");
    }

    @ParameterizedTest
    @ValueSource(strings = {"breaks preparation", "breaks the run", "breaks rendering", "breaks publishing"})
    void shouldGiveBackWhatBreaksTheWorkerAndGoOn(String breaking) {
        RequestIntake intake = fixture.intake(true);

        // More often than there are threads, so that none of them may die of it.
        for (int i = 0; i < 4; i++) {
            intake.accept(List.of(fixture.delivery(breaking, 1)));
            fixture.awaitSettled(1);
            assertThat(fixture.settled.remove(breaking)).isEqualTo("released");
        }
        intake.accept(List.of(fixture.delivery("r1", 1)));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("r1")).isEqualTo("accepted");
        assertThat(fixture.runner.reasonNotReady()).isEmpty();
    }

    @Test
    void shouldNotRunARequestThatNobodyWaitsForAnyMore() {
        Delivery late = fixture.delivery(
                InferenceRequest.newBuilder()
                        .setRequestId("late")
                        .setDeadlineMs(IntakeFixture.NOW_MS - 1)
                        .build(),
                1);

        fixture.intake(true).accept(List.of(late));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("late")).isEqualTo("accepted");
        assertThat(fixture.published).isEmpty();
        assertThat(fixture.backend.ran).isEmpty();
    }

    @Test
    void shouldRunARequestWithTheBodyToWhichItRefers() {
        fixture.intake(true).accept(List.of(fixture.delivery(referring("r7", "the body"), 1)));

        fixture.awaitSettled(1);
        assertThat(fixture.published.get("r7"))
                .isEqualTo(new Outcome.Succeeded(ByteString.copyFromUtf8("[7]"), ONE_TOKEN));
        assertThat(fixture.backend.bodies).containsExactly("the body");
    }

    @Test
    void shouldFailARequestWhoseBodyIsGoneAndGiveBackOneWhoseBodyCannotBeReadNow() {
        fixture.intake(true)
                .accept(List.of(
                        fixture.delivery(referring("r1", "gone"), 1),
                        fixture.delivery(referring("r2", "no answer"), 1),
                        fixture.delivery(referring("r3", "interrupted"), 1)));

        fixture.awaitSettled(3);
        assertThat(fixture.published)
                .isEqualTo(Map.of("r1", new Outcome.Failed(ErrorCode.FILE_UNREADABLE, "no longer kept")));
        assertThat(fixture.settled).isEqualTo(Map.of("r1", "accepted", "r2", "released", "r3", "released"));
    }

    private static InferenceRequest referring(String id, String upload) {
        return InferenceRequest.newBuilder()
                .setRequestId(id)
                .setReferences(FileManifest.newBuilder().setUploadId(upload))
                .build();
    }
}
