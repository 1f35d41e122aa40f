package io.millrace.worker.inference;

import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.core.Outcome;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A request under way: gathers the outputs of its inputs and ends once, with the last of them or with the first failure.
 * Thread-safe.
 */
final class RequestRun {
    private final InferenceRequest request;
    private final Preparation.Ready prepared;
    private final Consumer<Outcome> onEnd;
    private final float[][] outputs;
    private final AtomicInteger missing;
    private final AtomicBoolean ended = new AtomicBoolean();

    RequestRun(InferenceRequest request, Preparation.Ready prepared, Consumer<Outcome> onEnd) {
        this.request = request;
        this.prepared = prepared;
        this.onEnd = onEnd;
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

    InferenceRequest request() {
        return request;
    }

    boolean ended() {
        return ended.get();
    }

    /** Ends it with this, unless it has ended. */
    void end(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            onEnd.accept(outcome);
        }
    }

    private void complete(int index, float[] output) {
        outputs[index] = output;
        if (missing.decrementAndGet() == 0) {
            end(new Outcome.Succeeded(prepared.response().apply(Arrays.asList(outputs))));
        }
    }
}
