package io.millrace.edge.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.AwaitCall;
import io.millrace.schemas.v1.Result;
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
        CallRegistry.Wait waiting = registry.await(call("req_1"), delta -> {});
        CallRegistry.Wait another = registry.await(call("req_1"), delta -> {});
        CallRegistry.Wait gone = registry.await(call("req_1"), delta -> {});

        // when
        assertThat(registry.forget(gone)).isFalse();
        registry.settle("req_unknown", RESULT);
        registry.settle("req_1", RESULT);
        registry.settle("req_1", RESULT);

        // then
        assertThat(waiting.result().toCompletionStage().toCompletableFuture().join())
                .isEqualTo(RESULT);
        assertThat(another.result().toCompletionStage().toCompletableFuture().join())
                .isEqualTo(RESULT);
        assertThat(gone.result().isComplete()).isFalse();
        assertThat(registry.size()).isZero();
    }

    @Test
    void shouldRefuseMoreThanMayWait() {
        // given
        CallRegistry registry = new CallRegistry(vertx, 1, Duration.ofMinutes(1));
        CallRegistry.Wait first = registry.await(call("req_1"), delta -> {});

        // when, then
        assertThatThrownBy(() -> registry.await(call("req_2"), delta -> {}))
                .isInstanceOfSatisfying(
                        MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));

        // when
        assertThat(registry.forget(first)).isTrue();

        // then
        assertThat(registry.await(call("req_2"), delta -> {}).result().isComplete())
                .isFalse();
        assertThat(registry.waiting()).containsExactly(call("req_2"));
    }

    @Test
    void shouldNameTheRequestWhenTheTimeIsOver() {
        // given
        CallRegistry registry = new CallRegistry(vertx, 10, Duration.ofMillis(10));

        // when
        CallRegistry.Wait waiting = registry.await(call("req_1"), delta -> {});

        // then
        assertThat(waiting.result().toCompletionStage().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withRootCauseInstanceOf(MillraceException.class)
                .withMessageContaining("/v1/requests/req_1");
        assertThat(registry.size()).isZero();
    }

    private static AwaitCall call(String requestId) {
        return AwaitCall.newBuilder().setRequestId(requestId).build();
    }
}
