package io.millrace.edge.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the model that a call names. */
public final class CalledModels {
    private static final int LONGEST_ECHO = 100;

    private final Map<String, ServedModel> models;

    /** Knows these models. */
    public CalledModels(Collection<ServedModel> models) {
        this.models = models.stream().collect(Collectors.toMap(ServedModel::name, Function.identity()));
    }

    /**
     * The model that the body names.
     *
     * @throws MillraceException if it is no object, or names no model that serves this endpoint
     */
    ServedModel of(JsonNode body, String endpoint) {
        if (!body.isObject()) {
            throw new MillraceException(ErrorCode.INVALID_JSON, "the body must be a JSON object");
        }
        JsonNode name = body.path("model");
        if (!name.isTextual()) {
            throw MillraceException.about("model", ErrorCode.MISSING_FIELD, "model must be given, as a text");
        }
        ServedModel model = models.get(name.textValue());
        if (model == null || !model.endpoints().contains(endpoint)) {
            throw MillraceException.about(
                    "model",
                    ErrorCode.MODEL_NOT_FOUND,
                    "the model '" + shortened(name.textValue()) + "' does not exist or does not serve " + endpoint);
        }
        return model;
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_ECHO ? name : name.substring(0, LONGEST_ECHO) + "…";
    }
}
