package io.millrace.runtime.config;

import java.util.List;

/** What runs a model. */
public enum ModelBackend {
    /** ONNX Runtime in the worker's own process: sentence encoders and classifiers. */
    ONNX,
    /** A model server that speaks OpenAI's protocol. */
    OPENAI;

    /** Where classifiers are asked. */
    public static final String CLASSIFY = "/v1/classify";

    private static final String EMBEDDINGS = "/v1/embeddings";

    /** The endpoints that it can serve. */
    public List<String> endpoints() {
        return switch (this) {
            case ONNX -> List.of(EMBEDDINGS, CLASSIFY);
            case OPENAI -> List.of("/v1/chat/completions", "/v1/completions", EMBEDDINGS);
        };
    }

    /** The endpoints that a model serves which names none. */
    List<String> usualEndpoints() {
        return this == ONNX ? List.of(EMBEDDINGS) : endpoints();
    }
}
