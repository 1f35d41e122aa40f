package io.millrace.worker.inference;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.schemas.Topics.Lane;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.FileManifest;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.testing.Eventually;
import io.millrace.worker.core.Acknowledgement;
import io.millrace.worker.core.AttemptLimits;
import io.millrace.worker.core.BatchLimits;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** An intake with a model that counts, and what came of deliveries. */
final class IntakeFixture implements AutoCloseable {
    static final long NOW_MS = 1_000_000;
    static final AttemptLimits LIMITS = new AttemptLimits(3);

    private final InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW_MS));
    private final WorkerMeters meters = new WorkerMeters(new SimpleMeterRegistry(), "m");
    final CountingBackend backend = new CountingBackend();
    final ModelRunner runner =
            ModelRunner.start("m", backend, new BatchLimits(8, 1000, 1_000_000, 1, 1_000_000), 0.1, 2, clock, meters);
    private final OpenAttempts open = new OpenAttempts(clock);
    final Map<String, Outcome> published = new ConcurrentHashMap<>();
    final Map<String, String> settled = new ConcurrentHashMap<>();
    final Map<String, Consumer<Outcome>> losses = new ConcurrentHashMap<>();
    final Numbers numbers = new Numbers();

    /** An intake whose results become durable, or do not. */
    RequestIntake intake(boolean durable) {
        ResultSink sink = (request, attempt, outcome) -> {
            if (request.getRequestId().equals("breaks publishing")) {
                throw new NoClassDefFoundError("publishing");
            }
            published.put(request.getRequestId(), outcome);
            return durable
                    ? CompletableFuture.completedStage("written")
                    : CompletableFuture.failedStage(new IllegalStateException("the brokers are away"));
        };
        return new RequestIntake(runner, open, this::body, sink, numbers, LIMITS, clock, meters);
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

    /** Waits until so many deliveries are settled. */
    void awaitSettled(int count) {
        Eventually.check(() -> settled.size() == count, count + " deliveries are settled");
    }

    /** A delivery whose end is noted down. */
    Delivery delivery(String id, int count) {
        return delivery(InferenceRequest.newBuilder().setRequestId(id).build(), count);
    }

    /** A delivery whose end is noted down. */
    Delivery delivery(InferenceRequest request, int count) {
        String id = request.getRequestId();
        return new Delivery(request, Lane.BATCH, count, new Acknowledgement() {
            @Override
            public void accept() {
                settled.put(id, "accepted");
            }

            @Override
            public void release() {
                settled.put(id, "released");
            }

            @Override
            public void whenLost(Consumer<Outcome> action) {
                losses.put(id, action);
            }

            @Override
            public void bury(ErrorCode cause, String message) {
                settled.put(id, "buried as " + cause.code());
            }
        });
    }

    @Override
    public void close() {
        runner.close();
    }

    /** Says the number that the test wants. */
    static final class Numbers implements AttemptNumbers {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final List<String> givenBack = new CopyOnWriteArrayList<>();
        volatile CompletableFuture<Integer> next = CompletableFuture.completedFuture(1);

        @Override
        public CompletionStage<Integer> begin(String requestId) {
            asked.add(requestId);
            return next;
        }

        @Override
        public void giveBack(String requestId) {
            givenBack.add(requestId);
        }
    }

    /** Echoes the number in a request's id; fails every batch with a poison in it. */
    static final class CountingBackend implements InferenceBackend {
        private static final long POISON = -1;
        private static final long BREAKING = -2;
        final List<Long> ran = new ArrayList<>();
        final List<String> bodies = new CopyOnWriteArrayList<>();
        volatile int room = Integer.MAX_VALUE;
        volatile int refused;
        volatile CountDownLatch gate = new CountDownLatch(0);

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
