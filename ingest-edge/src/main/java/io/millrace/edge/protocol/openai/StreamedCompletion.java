package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.edge.core.CallPlan;
import io.millrace.edge.core.StreamedText;
import io.millrace.edge.http.Json;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.ErrorRendering;
import io.millrace.schemas.v1.Delta;
import io.millrace.schemas.v1.Success;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The events of a streamed completion, in OpenAI's form, made of the pieces of its text and its result. */
final class StreamedCompletion {
    private static final String CHAT = "/v1/chat/completions";
    private static final String CONTENT = "content";

    private final CallPlan plan;
    private final boolean chat;
    private final String requestId;
    private final long createdSeconds;
    private final StreamedText text = new StreamedText();
    private boolean begun;

    StreamedCompletion(CallPlan plan, String requestId, long nowMs) {
        this.plan = plan;
        this.chat = plan.endpoint().equals(CHAT);
        this.requestId = requestId;
        this.createdSeconds = nowMs / 1000;
    }

    /** What a piece adds, if anything. */
    Optional<ObjectNode> delta(Delta delta) {
        Optional<String> more = text.piece(delta.getAttempt(), delta.getPosition(), delta.getText());
        // One that contradicts is left out: a later one may agree again, and the result decides.
        return more.filter(piece -> !piece.isEmpty()).map(piece -> event(0, contentOf(piece), null));
    }

    /** What is still to be said when the result is there; an error where it cannot follow what was said. */
    List<ObjectNode> end(Success success) {
        JsonNode result = Json.parse(success.getBody().toByteArray());
        if (success.getStatusCode() >= 300 || !result.path("choices").isArray()) {
            return List.of(failed("the model answered with status " + success.getStatusCode()));
        }
        List<ObjectNode> events = new ArrayList<>();
        for (JsonNode choice : result.path("choices")) {
            int index = choice.path("index").asInt();
            JsonNode whole = chat ? choice.path("message").path(CONTENT) : choice.path("text");
            Optional<String> rest = index == 0 ? text.whole(whole.asText("")) : Optional.of(whole.asText(""));
            if (rest.isEmpty()) {
                return List.of(failed(
                        "another attempt answered otherwise; the whole answer is at GET /v1/requests/" + requestId));
            }
            ObjectNode last = contentOf(rest.get());
            if (chat) {
                choice.path("message").properties().stream()
                        .filter(field -> !field.getKey().equals(CONTENT)
                                && !field.getKey().equals("role"))
                        .forEach(field -> last.set(field.getKey(), field.getValue()));
            }
            if (!last.isEmpty()) {
                events.add(event(index, last, null));
            }
            events.add(event(index, Json.object(), choice.path("finish_reason")));
        }
        if (plan.usage()) {
            ObjectNode usage = envelope();
            usage.putArray("choices");
            usage.set("usage", result.path("usage"));
            events.add(usage);
        }
        return events;
    }

    private ObjectNode contentOf(String piece) {
        ObjectNode content = Json.object();
        if (!piece.isEmpty()) {
            content.put(chat ? CONTENT : "text", piece);
        }
        return content;
    }

    private ObjectNode event(int index, ObjectNode content, @Nullable JsonNode finish) {
        ObjectNode event = envelope();
        ObjectNode choice = event.putArray("choices").addObject().put("index", index);
        if (chat) {
            if (!begun) {
                begun = true;
                content.put("role", "assistant");
            }
            choice.set("delta", content);
        } else {
            choice.put("text", content.path("text").asText(""));
        }
        choice.set("finish_reason", finish);
        return event;
    }

    private ObjectNode envelope() {
        return Json.object()
                .put("id", requestId)
                .put("object", chat ? "chat.completion.chunk" : "text_completion")
                .put("created", createdSeconds)
                .put("model", plan.model().name());
    }

    private static ObjectNode failed(String message) {
        return ErrorRendering.openAi(ErrorCode.MODEL_FAILED, message, null);
    }
}
