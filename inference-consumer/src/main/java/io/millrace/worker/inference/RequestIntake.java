package io.millrace.worker.inference;

import com.google.protobuf.ByteString;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes deliveries to the model, and their outcomes to the sink. A delivery is accepted once its outcome is durable and
 * released when it cannot be made so. Thread-safe.
 */
public final class RequestIntake {
    private static final Logger LOG = LoggerFactory.getLogger(RequestIntake.class);

    private final InferenceBackend backend;
    private final ModelRunner runner;
    private final ReferencedBodies bodies;
    private final ResultSink results;
    private final int attemptLimit;
    private final InstantSource clock;
    private final WorkerMeters meters;

    /** @param attemptLimit how often a request is tried before it fails without being tried again */
    public RequestIntake(
            InferenceBackend backend,
            ModelRunner runner,
            ReferencedBodies bodies,
            ResultSink results,
            int attemptLimit,
            InstantSource clock,
            WorkerMeters meters) {
        this.backend = backend;
        this.runner = runner;
        this.bodies = bodies;
        this.results = results;
        this.attemptLimit = attemptLimit;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Prepares them on this thread and queues them; returns before they run. One whose body has to be read first waits for it on
     * a thread of its own, so that it holds up nobody.
     */
    public void accept(List<Delivery> deliveries) {
        deliveries.forEach(delivery -> runner.expect(delivery.lane()));
        for (Delivery delivery : deliveries) {
            meters.received();
            if (delivery.request().hasReferences()) {
                Thread.ofVirtual()
                        .name("body-" + delivery.request().getRequestId())
                        .start(() -> settleWhatBreaks(delivery, () -> acceptWithBody(delivery)));
            } else {
                settleWhatBreaks(delivery, () -> accept(delivery));
            }
            runner.arrived(delivery.lane());
        }
    }

    /** Whatever happens, the request is settled: nobody else would notice. */
    private void settleWhatBreaks(Delivery delivery, Step step) {
        try {
            step.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(delivery, new Outcome.Abandoned());
        } catch (RuntimeException | Error e) {
            // Also an Error: it costs this request an attempt, and must cost the others nothing.
            LOG.atError()
                    .addKeyValue("request", delivery.request().getRequestId())
                    .setCause(e)
                    .log("request could not be prepared");
            end(delivery, new Outcome.Abandoned());
        }
    }

    private void acceptWithBody(Delivery delivery) throws InterruptedException {
        ByteString body;
        try {
            body = bodies.read(delivery.request().getReferences());
        } catch (MillraceException e) {
            end(delivery, new Outcome.Failed(e.code(), e.getMessage()));
            return;
        }
        accept(delivery.with(delivery.request().toBuilder().setBody(body).build()));
    }

    private void accept(Delivery delivery) {
        InferenceRequest request = delivery.request();
        if (ModelRunner.isLate(request, clock)) {
            end(delivery, new Outcome.Expired());
        } else if (delivery.attempt() > attemptLimit) {
            end(
                    delivery,
                    new Outcome.Failed(
                            ErrorCode.ATTEMPTS_EXHAUSTED,
                            "the request was tried " + attemptLimit + " times, and no attempt came to an end"));
        } else {
            switch (backend.prepare(request)) {
                case Preparation.Ready ready ->
                    runner.submit(delivery.lane(), new RequestRun(request, ready, outcome -> end(delivery, outcome)));
                case Preparation.Refused refused ->
                    end(delivery, new Outcome.Failed(refused.code(), refused.message()));
            }
        }
    }

    private void end(Delivery delivery, Outcome outcome) {
        meters.ended(outcome);
        switch (outcome) {
            case Outcome.Abandoned abandoned -> delivery.acknowledgement().release();
            case Outcome.Expired expired -> delivery.acknowledgement().accept();
            case Outcome.Succeeded succeeded -> publish(delivery, outcome);
            case Outcome.Failed failed -> publish(delivery, outcome);
        }
    }

    private void publish(Delivery delivery, Outcome outcome) {
        String attempt = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        handOver(delivery, attempt, outcome).whenComplete((where, failure) -> {
            if (failure == null) {
                settle(delivery, outcome);
            } else {
                LOG.atWarn()
                        .addKeyValue("request", delivery.request().getRequestId())
                        .setCause(failure)
                        .log("result could not be written; the request is released");
                delivery.acknowledgement().release();
            }
        });
    }

    private CompletionStage<?> handOver(Delivery delivery, String attempt, Outcome outcome) {
        try {
            return results.publish(delivery.request(), attempt, outcome);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static void settle(Delivery delivery, Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed && failed.code() == ErrorCode.ATTEMPTS_EXHAUSTED) {
            delivery.acknowledgement().bury(failed.code(), failed.message());
        } else {
            delivery.acknowledgement().accept();
        }
    }

    @FunctionalInterface
    private interface Step {
        void take() throws InterruptedException;
    }
}
