package io.millrace.client;

import java.util.Map;

/**
 * What to do with a file.
 *
 * @param endpoint the endpoint that every line names, for example {@code /v1/embeddings}
 * @param completionWindow how long the job may take, for example {@code 24h} or {@code 15m}
 * @param metadata at most 16 pairs that the server keeps with the job
 */
public record JobRequest(String endpoint, String completionWindow, Map<String, String> metadata) {
    /** Embeddings within a day. */
    public static final JobRequest EMBEDDINGS = new JobRequest("/v1/embeddings", "24h", Map.of());

    /** Takes its own copy of the metadata. */
    public JobRequest {
        metadata = Map.copyOf(metadata);
    }
}
