package io.millrace.edge.core;

import com.fasterxml.jackson.databind.JsonNode;

/** What the body of {@code POST /v1/classify} must look like: a model, and the input of an embedding. */
public final class ClassificationRules implements EndpointRules {
    private final CalledModels models;

    /** The rules for calls of these models. */
    public ClassificationRules(CalledModels models) {
        this.models = models;
    }

    @Override
    public String endpoint() {
        return "/v1/classify";
    }

    @Override
    public CallPlan check(JsonNode body) {
        ServedModel model = models.of(body, endpoint());
        EmbeddingRules.checkInput(body.path("input"));
        return new CallPlan(model, endpoint(), false, false);
    }
}
