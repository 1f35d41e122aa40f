package io.millrace.edge.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.errors.MillraceException;

/** What the body of a call must look like. */
public interface EndpointRules {
    /** The endpoint that these rules are for, such as {@code /v1/embeddings}. */
    String endpoint();

    /**
     * What a call asks for.
     *
     * @throws MillraceException that names the field at fault
     */
    CallPlan check(JsonNode body);
}
