package io.millrace.edge.core;

/**
 * A model that calls and jobs may name.
 *
 * @param name its name, also in topic names
 * @param endpoint what it serves, such as {@code /v1/embeddings}
 * @param dimensions how many numbers its vectors have
 */
public record ServedModel(String name, String endpoint, int dimensions) {}
