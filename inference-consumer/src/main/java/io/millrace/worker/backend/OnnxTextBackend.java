package io.millrace.worker.backend;

import ai.onnxruntime.OrtException;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import io.millrace.schemas.v1.InferenceRequest;
import io.millrace.worker.inference.BackendException;
import io.millrace.worker.inference.InferenceBackend;
import io.millrace.worker.inference.ModelInput;
import io.millrace.worker.inference.Preparation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs an encoder over texts, and answers what its task is. */
public final class OnnxTextBackend implements InferenceBackend {
    private final String model;
    private final TextTask task;
    private final int maxTokens;
    private final OnnxEncoder encoder;
    private final LoneEncoder lone;

    /**
     * A backend over a loaded encoder, which it closes, and another one for texts that run alone.
     *
     * @param model the model's name
     * @param maxTokens how many tokens a text may have, special ones included
     * @param lone loads the encoder for texts that run alone, where another one is of use
     */
    public OnnxTextBackend(
            String model, TextTask task, int maxTokens, OnnxEncoder encoder, Optional<LoneEncoder.Loader> lone) {
        this.model = model;
        this.task = task;
        this.maxTokens = maxTokens;
        this.encoder = encoder;
        this.lone = new LoneEncoder(lone);
    }

    @Override
    public Preparation prepare(InferenceRequest request) {
        try {
            checkAddress(request);
            TextTask.Question question = task.read(request.getBody().toByteArray());
            List<ModelInput> inputs = tokenize(question.texts());
            int tokens = inputs.stream().mapToInt(ModelInput::length).sum();
            return new Preparation.Ready(inputs, outputs -> question.answer().render(outputs, tokens));
        } catch (MillraceException e) {
            return new Preparation.Refused(e.code(), e.getMessage());
        }
    }

    @Override
    public List<float[]> run(List<ModelInput> batch) throws BackendException {
        List<float[]> vectors;
        OnnxEncoder chosen = lone.begin(encoder, batch.size());
        try {
            vectors = chosen.encode(batch.stream().map(ModelInput::tokens).toList());
        } catch (OrtException e) {
            throw new BackendException("the model failed: " + e.getMessage(), e, isOutOfMemory(e));
        } finally {
            lone.end();
        }
        for (float[] vector : vectors) {
            if (vector.length != task.outputs() || !isFinite(vector)) {
                throw new BackendException("the model's output is no vector of " + task.outputs() + " finite numbers");
            }
        }
        return vectors;
    }

    /** JSON has no other numbers, and a result is not read again before it is handed on. */
    private static boolean isFinite(float[] vector) {
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** ONNX Runtime has no code for it, only words: its own, CUDA's and cuBLAS's. */
    private static boolean isOutOfMemory(OrtException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("failed to allocate memory")
                || message.contains("out of memory")
                || message.contains("alloc_failed");
    }

    private void checkAddress(InferenceRequest request) {
        if (!request.getModel().equals(model)) {
            throw new MillraceException(
                    ErrorCode.MODEL_NOT_FOUND, "model " + request.getModel() + " is not served here");
        }
        if (!request.getEndpoint().equals(task.endpoint())) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_URL,
                    "model " + model + " answers " + task.endpoint() + ", not " + request.getEndpoint());
        }
        if (!request.hasBody()) {
            throw new MillraceException(ErrorCode.MISSING_BODY, "the request has no body");
        }
    }

    private List<ModelInput> tokenize(List<String> texts) {
        List<ModelInput> inputs = new ArrayList<>(texts.size());
        for (String text : texts) {
            ModelInput input = new ModelInput(encoder.tokenize(text));
            if (input.length() > maxTokens) {
                String name = texts.size() == 1 ? "input" : "input[" + inputs.size() + "]";
                throw MillraceException.about(
                        "input",
                        ErrorCode.INPUT_TOO_LONG,
                        name + " has " + input.length() + " tokens; model " + model + " takes at most " + maxTokens);
            }
            inputs.add(input);
        }
        return inputs;
    }

    @Override
    public void close() {
        lone.close();
        encoder.close();
    }
}
