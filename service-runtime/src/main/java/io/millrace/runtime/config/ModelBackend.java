package io.millrace.runtime.config;

import java.util.List;

/** What runs a model. */
public enum ModelBackend {
    /** ONNX Runtime in the worker's own process: sentence encoders. */
    ONNX,
    /** A model server that speaks OpenAI's protocol. */
    OPENAI;

    /** The endpoints that it can serve. */
    public List<String> endpoints() {
        return switch (this) {
            case ONNX -> List.of("/v1/embeddings");
            case OPENAI -> List.of("/v1/chat/completions", "/v1/completions", "/v1/embeddings");
        };
    }
}
