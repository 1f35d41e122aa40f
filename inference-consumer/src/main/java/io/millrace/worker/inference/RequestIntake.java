package io.millrace.worker.inference;

import com.google.protobuf.ByteString;
import io.millrace.schemas.Traceparent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.worker.core.AttemptLimits;
import io.millrace.worker.core.Delivery;
import io.millrace.worker.core.Outcome;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes deliveries to the model, and their outcomes to the sink. A delivery is accepted once its outcome is durable and
 * released when it cannot be made so. Thread-safe.
 */
public final class RequestIntake {
    private static final Logger LOG = LoggerFactory.getLogger(RequestIntake.class);

    private final RequestRunner runner;
    private final OpenAttempts open;
    private final ReferencedBodies bodies;
    private final ResultSink results;
    private final AttemptNumbers numbers;
    private final AttemptLimits limits;
    private final InstantSource clock;
    private final WorkerMeters meters;

    /**
     * An intake of one model.
     *
     * @param numbers of attempts at requests that come again
     * @param limits how often a request is tried before it fails without being tried again
     */
    public RequestIntake(
            RequestRunner runner,
            OpenAttempts open,
            ReferencedBodies bodies,
            ResultSink results,
            AttemptNumbers numbers,
            AttemptLimits limits,
            InstantSource clock,
            WorkerMeters meters) {
        this.runner = runner;
        this.open = open;
        this.bodies = bodies;
        this.results = results;
        this.numbers = numbers;
        this.limits = limits;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Prepares them on this thread and queues them; returns before they run. One whose body has to be read first, or that was
     * delivered before, waits for what has to be known on a thread of its own, so that it holds up nobody.
     */
    public void accept(List<Delivery> deliveries) {
        deliveries.forEach(delivery -> runner.expect(delivery.lane()));
        for (Delivery delivery : deliveries) {
            meters.received(delivery.lane(), delivery.age(clock));
            if (delivery.count() > 1 || delivery.request().hasReferences()) {
                Thread.ofVirtual()
                        .name("intake-" + delivery.request().getRequestId())
                        .start(() -> acceptLater(delivery));
            } else {
                accept(delivery, attempt(delivery, 1));
            }
            runner.arrived(delivery.lane());
        }
    }

    private void acceptLater(Delivery delivery) {
        int number = delivery.count() > 1 ? number(delivery) : 1;
        if (number <= limits.attempts() && delivery.request().hasReferences()) {
            acceptWithBody(delivery, number);
        } else {
            accept(delivery, attempt(delivery, number));
        }
    }

    private int number(Delivery delivery) {
        if (limits.isLastChance(delivery.count())) {
            return delivery.count();
        }
        String id = delivery.request().getRequestId();
        try {
            int number = numbers.begin(id).toCompletableFuture().join();
            LOG.atInfo()
                    .addKeyValue("request", id)
                    .log(
                            "comes again: delivery {}, attempt {} of at most {}",
                            delivery.count(),
                            number,
                            limits.attempts());
            return number;
        } catch (CompletionException e) {
            LOG.atWarn()
                    .addKeyValue("request", id)
                    .addKeyValue("cause", String.valueOf(e.getCause()))
                    .log("nobody can say which attempt it is");
            // Who may not count attempts, counts deliveries.
            return e.getCause() instanceof AuthorizationException
                    ? delivery.count()
                    : Math.min(delivery.count(), limits.attempts());
        }
    }

    private void acceptWithBody(Delivery delivery, int number) {
        RequestAttempt attempt = attempt(delivery, number);
        ByteString body;
        try {
            body = bodies.read(delivery.request().getReferences());
        } catch (MillraceException e) {
            attempt.end(new Outcome.Failed(e.code(), e.getMessage()));
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            attempt.end(new Outcome.Abandoned());
            return;
        } catch (RuntimeException | Error e) {
            abandon(attempt, e);
            return;
        }
        Delivery complete =
                delivery.with(delivery.request().toBuilder().setBody(body).build());
        accept(complete, attempt(complete, number));
    }

    /** Whatever happens, the request is settled: nobody else would notice. */
    private void accept(Delivery delivery, RequestAttempt attempt) {
        try {
            begin(delivery, attempt);
        } catch (RuntimeException | Error e) {
            // Also an Error: it costs this request an attempt, and must cost the others nothing.
            abandon(attempt, e);
        }
    }

    private RequestAttempt attempt(Delivery delivery, int number) {
        return new RequestAttempt(
                delivery.request(), delivery.lane(), number, (attempt, outcome) -> end(delivery, attempt, outcome));
    }

    private static void abandon(RequestAttempt attempt, Throwable cause) {
        LOG.atError()
                .addKeyValue("request", attempt.request().getRequestId())
                .addKeyValue("trace", Traceparent.traceId(attempt.request().getTraceparent()))
                .setCause(cause)
                .log("request could not be prepared");
        attempt.end(new Outcome.Abandoned());
    }

    private void begin(Delivery delivery, RequestAttempt attempt) {
        open.add(attempt);
        // Another worker has it, or soon will: its own result would only be a repeat.
        delivery.acknowledgement().whenLost(attempt::end);
        if (attempt.ended()) {
            return;
        }
        if (attempt.number() > limits.attempts()) {
            attempt.end(new Outcome.Failed(
                    ErrorCode.ATTEMPTS_EXHAUSTED,
                    limits.isLastChance(delivery.count())
                            ? "the request was delivered " + delivery.count() + " times, and nothing came of it"
                            : "the request was tried " + (attempt.number() - 1)
                                    + " times, and no attempt came to an end"));
        } else {
            runner.submit(attempt);
        }
    }

    private void end(Delivery delivery, RequestAttempt attempt, Outcome outcome) {
        open.remove(attempt);
        meters.ended(attempt.lane(), outcome, attempt.age());
        switch (outcome) {
            case Outcome.Abandoned abandoned -> delivery.acknowledgement().release();
            case Outcome.GivenBack givenBack -> {
                numbers.giveBack(attempt.request().getRequestId());
                delivery.acknowledgement().release();
            }
            case Outcome.Expired expired -> delivery.acknowledgement().accept();
            case Outcome.Cancelled cancelled -> delivery.acknowledgement().accept();
            case Outcome.Succeeded succeeded -> publish(delivery, attempt, outcome);
            case Outcome.Failed failed -> publish(delivery, attempt, outcome);
        }
    }

    private void publish(Delivery delivery, RequestAttempt attempt, Outcome outcome) {
        handOver(attempt, outcome).whenComplete((where, failure) -> {
            if (failure == null) {
                if (delivery.count() > 1) {
                    // It came to its end: should its record come once more for another's sake, this attempt does not
                    // count.
                    numbers.giveBack(attempt.request().getRequestId());
                }
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

    private CompletionStage<?> handOver(RequestAttempt attempt, Outcome outcome) {
        try {
            return results.publish(attempt.request(), attempt.nonce(), outcome);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static void settle(Delivery delivery, Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed && failed.code().equals(ErrorCode.ATTEMPTS_EXHAUSTED.code())) {
            delivery.acknowledgement().bury(ErrorCode.ATTEMPTS_EXHAUSTED, failed.message());
        } else {
            delivery.acknowledgement().accept();
        }
    }
}
