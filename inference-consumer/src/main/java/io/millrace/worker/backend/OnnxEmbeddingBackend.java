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

/** Answers {@code /v1/embeddings} with a sentence encoder. */
public final class OnnxEmbeddingBackend implements InferenceBackend {
    private final String model;
    private final String endpoint;
    private final int dimensions;
    private final int maxTokens;
    private final OnnxEncoder encoder;
    private final LoneEncoder lone;

    /**
     * A backend over a loaded encoder, which it closes, and another one for texts that run alone.
     *
     * @param model the model's name, as it stands in answers
     * @param endpoint the one endpoint that it answers
     * @param dimensions how long the encoder's vectors are
     * @param maxTokens how many tokens a text may have, special ones included
     * @param lone loads the encoder for texts that run alone, where another one is of use
     */
    public OnnxEmbeddingBackend(
            String model,
            String endpoint,
            int dimensions,
            int maxTokens,
            OnnxEncoder encoder,
            Optional<LoneEncoder.Loader> lone) {
        this.model = model;
        this.endpoint = endpoint;
        this.dimensions = dimensions;
        this.maxTokens = maxTokens;
        this.encoder = encoder;
        this.lone = new LoneEncoder(lone);
    }

    @Override
    public Preparation prepare(InferenceRequest request) {
        try {
            checkAddress(request);
            EmbeddingRequest body = EmbeddingRequest.parse(request.getBody().toByteArray(), dimensions);
            List<ModelInput> inputs = tokenize(body.texts());
            int tokens = inputs.stream().mapToInt(ModelInput::length).sum();
            return new Preparation.Ready(
                    inputs, vectors -> EmbeddingResponse.render(model, vectors, tokens, body.base64()));
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
            if (vector.length != dimensions || !Float.isFinite(vector[0])) {
                throw new BackendException("the model's output is no vector of " + dimensions + " finite numbers");
            }
        }
        return vectors;
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
        if (!request.getEndpoint().equals(endpoint)) {
            throw new MillraceException(
                    ErrorCode.UNSUPPORTED_URL,
                    "model " + model + " answers " + endpoint + ", not " + request.getEndpoint());
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
