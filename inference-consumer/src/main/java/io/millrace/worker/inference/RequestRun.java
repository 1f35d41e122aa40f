package io.millrace.worker.inference;

import io.millrace.worker.core.Outcome;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An attempt in a model that runs batches: gathers the outputs of its inputs and ends with the last of them. Thread-safe.
 */
final class RequestRun {
    private final RequestAttempt attempt;
    private final Preparation.Ready prepared;
    private final float[][] outputs;
    private final AtomicInteger missing;

    RequestRun(RequestAttempt attempt, Preparation.Ready prepared) {
        this.attempt = attempt;
        this.prepared = prepared;
        this.outputs = new float[prepared.inputs().size()][];
        this.missing = new AtomicInteger(outputs.length);
    }

    /** One of the request's inputs, as it travels through a batch. */
    record Input(RequestRun run, int index) {
        ModelInput content() {
            return run.prepared.inputs().get(index);
        }

        void complete(float[] output) {
            run.complete(index, output);
        }
    }

    Stream<Input> inputs() {
        return IntStream.range(0, outputs.length).mapToObj(index -> new Input(this, index));
    }

    RequestAttempt attempt() {
        return attempt;
    }

    /** Each input's share of the request's body. */
    long bytesOfEach() {
        return attempt.request().getBody().size() / outputs.length;
    }

    private void complete(int index, float[] output) {
        outputs[index] = output;
        if (missing.decrementAndGet() == 0) {
            attempt.end(new Outcome.Succeeded(
                    prepared.response().apply(Arrays.asList(outputs)), Optional.of(prepared.usage())));
        }
    }
}
