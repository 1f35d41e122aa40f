package io.millrace.edge.core;

import java.util.Set;

/**
 * A model that calls and jobs may name.
 *
 * @param name its name, also in topic names
 * @param endpoints what it serves, such as {@code /v1/embeddings}
 * @param dimensions how many numbers its vectors have; 0 when only its server knows
 */
public record ServedModel(String name, Set<String> endpoints, int dimensions) {
    /** Keeps a copy. */
    public ServedModel {
        endpoints = Set.copyOf(endpoints);
    }
}
