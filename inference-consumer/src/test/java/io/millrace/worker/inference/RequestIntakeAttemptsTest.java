package io.millrace.worker.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.worker.core.AttemptLimits;
import io.millrace.worker.core.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often requests are tried. */
class RequestIntakeAttemptsTest {
    private final IntakeFixture fixture = new IntakeFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldBuryARequestThatWasTriedTooOften() {
        fixture.numbers.next = CompletableFuture.completedFuture(IntakeFixture.LIMITS.attempts() + 1);

        fixture.intake(true).accept(List.of(fixture.delivery("r1", 5)));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("r1")).isEqualTo("buried as attempts_exhausted");
        assertThat(fixture.published.get("r1"))
                .isEqualTo(new Outcome.Failed(
                        ErrorCode.ATTEMPTS_EXHAUSTED, "the request was tried 3 times, and no attempt came to an end"));
        assertThat(fixture.backend.ran).isEmpty();
    }

    @Test
    void shouldNotCountDeliveriesThatNobodySaw() {
        fixture.numbers.next = CompletableFuture.completedFuture(2);

        fixture.intake(true).accept(List.of(fixture.delivery("r1", 8)));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("r1")).isEqualTo("accepted");
        assertThat(fixture.numbers.asked).containsExactly("r1");
    }

    @Test
    void shouldTryARequestOfWhichNobodyCanSayWhichAttemptItIs() {
        fixture.numbers.next = CompletableFuture.failedFuture(new IllegalStateException("the brokers are away"));

        fixture.intake(true).accept(List.of(fixture.delivery("r1", 8)));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("r1")).isEqualTo("accepted");
    }

    @Test
    void shouldBuryARequestBeforeTheBrokersDropIt() {
        fixture.numbers.next = CompletableFuture.completedFuture(2);

        fixture.intake(true).accept(List.of(fixture.delivery("r1", AttemptLimits.DELIVERIES - 1)));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("r1")).isEqualTo("buried as attempts_exhausted");
        assertThat(fixture.published.get("r1"))
                .isEqualTo(new Outcome.Failed(
                        ErrorCode.ATTEMPTS_EXHAUSTED, "the request was delivered 9 times, and nothing came of it"));
        assertThat(fixture.backend.ran).isEmpty();
    }

    @Test
    void shouldCountDeliveriesWhereItMayNotCountAttempts() {
        fixture.numbers.next = CompletableFuture.failedFuture(new TopicAuthorizationException("millrace.control"));

        fixture.intake(true).accept(List.of(fixture.delivery("r1", 4)));

        fixture.awaitSettled(1);
        assertThat(fixture.settled.get("r1")).isEqualTo("buried as attempts_exhausted");
    }

    @Test
    void shouldNotCountAnAttemptThatTheWorkerGaveBack() {
        fixture.backend.gate = new CountDownLatch(1);
        fixture.intake(true).accept(List.of(fixture.delivery("r1", 1), fixture.delivery("r2", 1)));

        fixture.losses.getOrDefault("r1", how -> {}).accept(new Outcome.GivenBack());
        fixture.losses.getOrDefault("r2", how -> {}).accept(new Outcome.Abandoned());
        fixture.backend.gate.countDown();

        fixture.awaitSettled(2);
        assertThat(fixture.settled.values()).containsOnly("released");
        assertThat(fixture.numbers.givenBack).containsExactly("r1");
    }
}
