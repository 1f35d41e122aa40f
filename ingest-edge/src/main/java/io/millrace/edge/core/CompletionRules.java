package io.millrace.edge.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.MillraceException;

/**
 * What the body of {@code POST /v1/chat/completions} and {@code POST /v1/completions} must look like. Everything but the few
 * fields that are looked at here is the model server's to judge.
 */
public final class CompletionRules implements EndpointRules {
    private final CalledModels models;
    private final String endpoint;
    private final String input;

    private CompletionRules(CalledModels models, String endpoint, String input) {
        this.models = models;
        this.endpoint = endpoint;
        this.input = input;
    }

    /** The rules for {@code /v1/chat/completions}. */
    public static CompletionRules chat(CalledModels models) {
        return new CompletionRules(models, "/v1/chat/completions", "messages");
    }

    /** The rules for {@code /v1/completions}. */
    public static CompletionRules text(CalledModels models) {
        return new CompletionRules(models, "/v1/completions", "prompt");
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public CallPlan check(JsonNode body) {
        ServedModel model = models.of(body, endpoint);
        if (input.equals("messages")) {
            checkMessages(body.path(input));
        } else {
            checkPrompt(body.path(input));
        }
        boolean streamed = flag("stream", body.path("stream"));
        if (streamed && body.path("n").asInt(1) != 1) {
            throw MillraceException.about("n", ErrorCode.INVALID_REQUEST, "n must be 1 when the answer is streamed");
        }
        JsonNode usage = body.path("stream_options").path("include_usage");
        return new CallPlan(model, endpoint, streamed, flag("stream_options.include_usage", usage));
    }

    private static void checkMessages(JsonNode messages) {
        if (messages.isMissingNode() || messages.isNull()) {
            throw MillraceException.about("messages", ErrorCode.MISSING_FIELD, "messages is missing");
        }
        if (!messages.isArray() || messages.isEmpty()) {
            throw MillraceException.about(
                    "messages", ErrorCode.INVALID_REQUEST, "messages must be an array of at least one message");
        }
        int index = 0;
        for (JsonNode message : messages) {
            if (!message.path("role").isTextual()) {
                String field = "messages[" + index + "].role";
                throw MillraceException.about(field, ErrorCode.MISSING_FIELD, field + " must be given, as a text");
            }
            index++;
        }
    }

    private static void checkPrompt(JsonNode prompt) {
        if (prompt.isMissingNode() || prompt.isNull()) {
            throw MillraceException.about("prompt", ErrorCode.MISSING_FIELD, "prompt is missing");
        }
        if (!prompt.isTextual() && !prompt.isArray()) {
            throw MillraceException.about(
                    "prompt", ErrorCode.INVALID_REQUEST, "prompt must be a text or an array of texts or tokens");
        }
        if (prompt.isArray() && prompt.isEmpty()) {
            throw MillraceException.about("prompt", ErrorCode.EMPTY_INPUT, "prompt must not be an empty array");
        }
    }

    private static boolean flag(String name, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw MillraceException.about(name, ErrorCode.INVALID_REQUEST, name + " must be true or false");
        }
        return value.booleanValue();
    }
}
