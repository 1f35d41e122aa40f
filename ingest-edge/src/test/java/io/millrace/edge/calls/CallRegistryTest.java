package io.millrace.edge.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.Result;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallRegistryTest {
    private static final Result RESULT =
            Result.newBuilder().setRequestId("req_1").build();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldHandAResultToWhoeverWaits() {
        // given
        CallRegistry registry = new CallRegistry(vertx, 10, Duration.ofMinutes(1));
        Future<Result> waiting = registry.await(call("req_1"), delta -> {});

        // when
        registry.settle("req_unknown", RESULT);
        registry.settle("req_1", RESULT);
        registry.settle("req_1", RESULT);

        // then
        assertThat(waiting.toCompletionStage().toCompletableFuture().join()).isEqualTo(RESULT);
        assertThat(registry.size()).isZero();
    }

    @Test
    void shouldRefuseMoreThanMayWait() {
        // given
        CallRegistry registry = new CallRegistry(vertx, 1, Duration.ofMinutes(1));
        registry.await(call("req_1"), delta -> {});

        // when, then
        assertThatThrownBy(() -> registry.await(call("req_2"), delta -> {}))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));

        // when
        assertThat(registry.forget("req_1")).isTrue();

        // then
        assertThat(registry.await(call("req_2"), delta -> {}).isComplete()).isFalse();
        assertThat(registry.waiting()).containsExactly(call("req_2"));
    }

    @Test
    void shouldNameTheRequestWhenTheTimeIsOver() {
        // given
        CallRegistry registry = new CallRegistry(vertx, 10, Duration.ofMillis(10));

        // when
        Future<Result> waiting = registry.await(call("req_1"), delta -> {});

        // then
        assertThat(waiting.toCompletionStage().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withRootCauseInstanceOf(MillraceException.class)
                .withMessageContaining("req_1");
        assertThat(registry.size()).isZero();
    }

    private static AwaitCall call(String requestId) {
        return AwaitCall.newBuilder().setRequestId(requestId).build();
    }
}
