package io.millrace.worker.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.FileManifest;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.testing.Eventually;
import io.millrace.worker.core.Acknowledgement;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIntakeTest {
    private static final long NOW_MS = 1_000_000;
    private static final int ATTEMPT_LIMIT = 3;

    private final InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW_MS));
    private final WorkerMeters meters = new WorkerMeters(new SimpleMeterRegistry(), "m");
    private final CountingBackend backend = new CountingBackend();
    private final ModelRunner runner =
            ModelRunner.start("m", backend, new BatchLimits(8, 1000, 1_000_000, 1, 1_000_000), 0.1, 2, clock, meters);
    private final OpenAttempts open = new OpenAttempts(clock);
    private final Map<String, Outcome> published = new ConcurrentHashMap<>();
    private final Map<String, String> settled = new ConcurrentHashMap<>();
    private final Map<String, Runnable> losses = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void shouldPublishEveryOutcomeThenAccept() {
        intake(true)
                .accept(IntStream.range(0, 50)
                        .mapToObj(n -> delivery("r" + n, 1))
                        .toList());

        awaitSettled(50);
        assertThat(settled.values()).containsOnly("accepted");
        assertThat(published.get("r7")).isEqualTo(new Outcome.Succeeded(ByteString.copyFromUtf8("[7]")));
    }

    @Test
    void shouldFailOnlyTheInputThatTheModelFailsOn() {
        List<Delivery> deliveries = List.of(delivery("r1", 1), delivery("poison", 1), delivery("r2", 1));

        intake(true).accept(deliveries);

        awaitSettled(3);
        assertThat(published.get("poison"))
                .isEqualTo(new Outcome.Failed(ErrorCode.MODEL_FAILED, "the model failed on this input"));
        assertThat(published.get("r1")).isInstanceOf(Outcome.Succeeded.class);
        assertThat(published.get("r2")).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void shouldRunHalvesOfABatchForWhichThereIsNoMemory() {
        backend.room = 2;

        intake(true)
                .accept(IntStream.range(0, 32)
                        .mapToObj(n -> delivery("r" + n, 1))
                        .toList());

        awaitSettled(32);
        assertThat(published.values()).allMatch(Outcome.Succeeded.class::isInstance);
        int refused = backend.refused;
        assertThat(refused).isPositive();
        settled.clear();
        intake(true)
                .accept(IntStream.range(0, 32)
                        .mapToObj(n -> delivery("r" + n, 1))
                        .toList());
        awaitSettled(32);
        // Batches have become smaller: at most those that were formed before it.
        assertThat(backend.refused - refused).isLessThan(4);
    }

    @Test
    void shouldPublishNothingOfARequestThatAnotherWorkerHasByNow() {
        backend.gate = new CountDownLatch(1);
        intake(true).accept(List.of(delivery("r1", 1)));

        losses.getOrDefault("r1", () -> {}).run();
        backend.gate.countDown();
        intake(true).accept(List.of(delivery("r2", 1)));

        Eventually.check(() -> published.containsKey("r2"), "the next one is answered");
        assertThat(published).doesNotContainKey("r1");
    }

    @Test
    void shouldFailARefusedRequestWithoutRunningIt() {
        intake(true).accept(List.of(delivery("refused", 1)));

        awaitSettled(1);
        assertThat(published.get("refused")).isEqualTo(new Outcome.Failed(ErrorCode.EMPTY_INPUT, "input is empty"));
        assertThat(backend.ran).isEmpty();
    }

    @Test
    void shouldBuryARequestThatWasTriedTooOften() {
        intake(true).accept(List.of(delivery("r1", ATTEMPT_LIMIT + 1)));

        awaitSettled(1);
        assertThat(settled.get("r1")).isEqualTo("buried as attempts_exhausted");
        assertThat(published.get("r1"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.ATTEMPTS_EXHAUSTED.code()));
        assertThat(backend.ran).isEmpty();
    }

    @Test
    void shouldReleaseARequestWhoseResultCannotBeWritten() {
        intake(false).accept(List.of(delivery("r1", 1)));

        awaitSettled(1);
        assertThat(settled.get("r1")).isEqualTo("released");
    }

    @ParameterizedTest
    @ValueSource(strings = {"breaks preparation", "breaks the run", "breaks rendering", "breaks publishing"})
    void shouldGiveBackWhatBreaksTheWorkerAndGoOn(String breaking) {
        RequestIntake intake = intake(true);

        // More often than there are threads, so that none of them may die of it.
        for (int i = 0; i < 4; i++) {
            intake.accept(List.of(delivery(breaking, 1)));
            awaitSettled(1);
            assertThat(settled.remove(breaking)).isEqualTo("released");
        }
        intake.accept(List.of(delivery("r1", 1)));

        awaitSettled(1);
        assertThat(settled.get("r1")).isEqualTo("accepted");
        assertThat(runner.reasonNotReady()).isEmpty();
    }

    @Test
    void shouldNotRunARequestThatNobodyWaitsForAnyMore() {
        Delivery late = delivery(
                InferenceRequest.newBuilder()
                        .setRequestId("late")
                        .setDeadlineMs(NOW_MS - 1)
                        .build(),
                1);

        intake(true).accept(List.of(late));

        awaitSettled(1);
        assertThat(settled.get("late")).isEqualTo("accepted");
        assertThat(published).isEmpty();
        assertThat(backend.ran).isEmpty();
    }

    @Test
    void shouldRunARequestWithTheBodyToWhichItRefers() {
        intake(true).accept(List.of(delivery(referring("r7", "the body"), 1)));

        awaitSettled(1);
        assertThat(published.get("r7")).isEqualTo(new Outcome.Succeeded(ByteString.copyFromUtf8("[7]")));
        assertThat(backend.bodies).containsExactly("the body");
    }

    @Test
    void shouldFailARequestWhoseBodyIsGoneAndGiveBackOneWhoseBodyCannotBeReadNow() {
        intake(true)
                .accept(List.of(
                        delivery(referring("r1", "gone"), 1),
                        delivery(referring("r2", "no answer"), 1),
                        delivery(referring("r3", "interrupted"), 1)));

        awaitSettled(3);
        assertThat(published).isEqualTo(Map.of("r1", new Outcome.Failed(ErrorCode.FILE_UNREADABLE, "no longer kept")));
        assertThat(settled).isEqualTo(Map.of("r1", "accepted", "r2", "released", "r3", "released"));
    }

    private RequestIntake intake(boolean durable) {
        ResultSink sink = (request, attempt, outcome) -> {
            if (request.getRequestId().equals("breaks publishing")) {
                throw new NoClassDefFoundError("publishing");
            }
            published.put(request.getRequestId(), outcome);
            return durable
                    ? CompletableFuture.completedStage("written")
                    : CompletableFuture.failedStage(new IllegalStateException("the brokers are away"));
        };
        return new RequestIntake(runner, open, this::body, sink, ATTEMPT_LIMIT, clock, meters);
    }

    /** A manifest names its body here, or what becomes of it. */
    private ByteString body(FileManifest references) throws InterruptedException {
        return switch (references.getUploadId()) {
            case "gone" -> throw new MillraceException(ErrorCode.FILE_UNREADABLE, "no longer kept");
            case "no answer" -> throw new IllegalStateException("the brokers are away");
            case "interrupted" -> throw new InterruptedException("stop");
            default -> ByteString.copyFromUtf8(references.getUploadId());
        };
    }

    private static InferenceRequest referring(String id, String upload) {
        return InferenceRequest.newBuilder()
                .setRequestId(id)
                .setReferences(FileManifest.newBuilder().setUploadId(upload))
                .build();
    }

    private void awaitSettled(int count) {
        Eventually.check(() -> settled.size() == count, count + " deliveries are settled");
    }

    private Delivery delivery(String id, int attempt) {
        return delivery(InferenceRequest.newBuilder().setRequestId(id).build(), attempt);
    }

    private Delivery delivery(InferenceRequest request, int attempt) {
        String id = request.getRequestId();
        return new Delivery(request, Lane.BATCH, attempt, new Acknowledgement() {
            @Override
            public void accept() {
                settled.put(id, "accepted");
            }

            @Override
            public void release() {
                settled.put(id, "released");
            }

            @Override
            public void whenLost(Runnable action) {
                losses.put(id, action);
            }

            @Override
            public void bury(ErrorCode cause, String message) {
                settled.put(id, "buried as " + cause.code());
            }
        });
    }

    /** Echoes the number in a request's id; fails every batch with a poison in it. */
    private static final class CountingBackend implements InferenceBackend {
        private static final long POISON = -1;
        private static final long BREAKING = -2;
        private final List<Long> ran = new ArrayList<>();
        private final List<String> bodies = new CopyOnWriteArrayList<>();
        private volatile int room = Integer.MAX_VALUE;
        private volatile int refused;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        public Preparation prepare(InferenceRequest request) {
            String id = request.getRequestId();
            bodies.add(request.getBody().toStringUtf8());
            if (id.equals("refused")) {
                return new Preparation.Refused(ErrorCode.EMPTY_INPUT, "input is empty");
            }
            if (id.equals("breaks preparation")) {
                throw new NoClassDefFoundError("preparation");
            }
            long number = switch (id) {
                case "poison" -> POISON;
                case "breaks the run" -> BREAKING;
                case "breaks rendering", "breaks publishing" -> 0;
                default -> Long.parseLong(id.substring(1));
            };
            return new Preparation.Ready(List.of(new ModelInput(new long[] {number})), outputs -> {
                if (id.equals("breaks rendering")) {
                    throw new IllegalStateException("rendering");
                }
                return ByteString.copyFromUtf8("[" + (long) outputs.getFirst()[0] + "]");
            });
        }

        @Override
        public synchronized List<float[]> run(List<ModelInput> batch) throws BackendException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (batch.size() > room) {
                refused++;
                throw new BackendException("too large", new IllegalStateException("no memory"), true);
            }
            for (ModelInput input : batch) {
                ran.add(input.tokens()[0]);
                if (input.tokens()[0] == BREAKING) {
                    throw new NoClassDefFoundError("the run");
                }
                if (input.tokens()[0] == POISON) {
                    throw new BackendException("poison");
                }
            }
            return batch.stream().map(input -> new float[] {input.tokens()[0]}).toList();
        }

        @Override
        public void close() {
            ran.clear();
        }
    }
}
