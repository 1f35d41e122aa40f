package io.millrace.edge.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;

/** What the body of {@code POST /v1/embeddings} must look like. Lengths in tokens are the worker's to judge. */
public final class EmbeddingRules implements EndpointRules {
    static final String ENDPOINT = "/v1/embeddings";

    private static final int MAX_INPUTS = 2048;

    private final CalledModels models;

    /** The rules for calls of these models. */
    public EmbeddingRules(CalledModels models) {
        this.models = models;
    }

    @Override
    public String endpoint() {
        return ENDPOINT;
    }

    @Override
    public CallPlan check(JsonNode body) {
        ServedModel model = models.of(body, ENDPOINT);
        checkInput(body.path("input"));
        checkFormat(body.path("encoding_format"));
        checkDimensions(body.path("dimensions"), model);
        return new CallPlan(model, ENDPOINT, false, false);
    }

    /** Checks the texts. */
    static void checkInput(JsonNode input) {
        if (input.isMissingNode() || input.isNull()) {
            throw MillraceException.about("input", ErrorCode.MISSING_FIELD, "input is missing");
        }
        if (input.isTextual()) {
            checkText(input);
            return;
        }
        if (!input.isArray()) {
            throw badInput(ErrorCode.INVALID_REQUEST, "input must be a text or an array of texts");
        }
        if (input.isEmpty()) {
            throw badInput(ErrorCode.EMPTY_INPUT, "input must have at least one text");
        }
        if (input.size() > MAX_INPUTS) {
            throw badInput(
                    ErrorCode.INVALID_REQUEST, "input may have at most " + MAX_INPUTS + " texts, not " + input.size());
        }
        input.forEach(EmbeddingRules::checkText);
    }

    private static void checkText(JsonNode text) {
        if (!text.isTextual()) {
            throw badInput(
                    ErrorCode.INVALID_REQUEST, "input must be a text or an array of texts; tokens are not accepted");
        }
        if (text.textValue().isEmpty()) {
            throw badInput(ErrorCode.EMPTY_INPUT, "input must not have an empty text");
        }
    }

    private static void checkFormat(JsonNode format) {
        boolean known = format.isMissingNode()
                || format.isNull()
                || "float".equals(format.textValue())
                || "base64".equals(format.textValue());
        if (!known) {
            throw MillraceException.about(
                    "encoding_format", ErrorCode.INVALID_REQUEST, "encoding_format must be 'float' or 'base64'");
        }
    }

    private static void checkDimensions(JsonNode dimensions, ServedModel model) {
        boolean fits = model.dimensions() == 0
                || dimensions.isMissingNode()
                || dimensions.isNull()
                || (dimensions.isIntegralNumber() && dimensions.asLong() == model.dimensions());
        if (!fits) {
            throw MillraceException.about(
                    "dimensions",
                    ErrorCode.INVALID_REQUEST,
                    "dimensions must be " + model.dimensions() + " for the model " + model.name());
        }
    }

    private static MillraceException badInput(ErrorCode code, String message) {
        return MillraceException.about("input", code, message);
    }
}
