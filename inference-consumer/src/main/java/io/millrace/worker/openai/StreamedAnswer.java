package io.millrace.worker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the events of a streamed answer together to the answer that a request without {@code stream} would have got. */
final class StreamedAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHOICES = "choices";
    private static final String DELTA = "delta";
    private static final String MESSAGE = "message";
    private static final String FINISH = "finish_reason";

    private @Nullable ObjectNode answer;
    private boolean finished;

    /**
     * Takes one event.
     *
     * @return the text that it adds, possibly none
     * @throws IOException if it is no event of such a stream, or says that the server failed
     */
    String add(String event) throws IOException {
        if (!(JSON.readTree(event) instanceof ObjectNode object)) {
            throw new IOException("an event is no JSON object");
        }
        if (object.hasNonNull("error")) {
            throw new IOException(
                    "the server failed: " + object.path("error").path("message").asText("no reason given"));
        }
        if (answer == null) {
            answer = begin(object);
        }
        if (object.hasNonNull("usage")) {
            answer.set("usage", object.get("usage"));
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode choice : object.path(CHOICES)) {
            text.append(addChoice(answer.withArray(CHOICES), choice));
        }
        return text.toString();
    }

    /** Whether the model has said why it ended. */
    boolean finished() {
        return finished;
    }

    /** The whole answer; there must have been an event. */
    ObjectNode whole() {
        if (answer == null) {
            throw new IllegalStateException("there was no event");
        }
        return answer;
    }

    private static ObjectNode begin(ObjectNode event) {
        ObjectNode begun = event.deepCopy();
        begun.put("object", event.path("object").asText().replace(".chunk", ""));
        begun.putArray(CHOICES);
        begun.remove("usage");
        return begun;
    }

    private String addChoice(ArrayNode choices, JsonNode event) {
        ObjectNode choice = choice(choices, event.path("index").asInt());
        if (event.hasNonNull(FINISH)) {
            choice.set(FINISH, event.get(FINISH));
            finished = true;
        }
        if (event.hasNonNull("logprobs")) {
            merge(choice.withObjectProperty("logprobs"), event.get("logprobs"));
        }
        if (event.has("text")) {
            String text = event.path("text").asText();
            choice.put("text", choice.path("text").asText() + text);
            return text;
        }
        merge(choice.withObjectProperty(MESSAGE), event.path(DELTA));
        return event.path(DELTA).path("content").asText("");
    }

    private static ObjectNode choice(ArrayNode choices, int index) {
        for (JsonNode choice : choices) {
            if (choice.path("index").asInt() == index) {
                return (ObjectNode) choice;
            }
        }
        return choices.addObject().put("index", index).putNull(FINISH);
    }

    /** Texts and arrays grow, numbered entries of arrays grow each for itself, everything else is set. */
    private static void merge(ObjectNode into, JsonNode more) {
        for (Map.Entry<String, JsonNode> field : more.properties()) {
            JsonNode old = into.path(field.getKey());
            JsonNode value = field.getValue();
            if (value.isArray()) {
                mergeArray(into.withArray(field.getKey()), value);
            } else if (value.isObject() && old instanceof ObjectNode object) {
                merge(object, value);
            } else if (value.isTextual() && old.isTextual() && grows(field.getKey())) {
                into.put(field.getKey(), old.asText() + value.asText());
            } else if (!value.isNull() || old.isMissingNode()) {
                into.set(field.getKey(), value);
            }
        }
    }

    /** Names are whole in every event in which they stand. */
    private static boolean grows(String field) {
        return !field.equals("role") && !field.equals("id") && !field.equals("type") && !field.equals("name");
    }

    private static void mergeArray(ArrayNode into, JsonNode more) {
        for (JsonNode entry : more) {
            if (!entry.has("index")) {
                into.add(entry);
                continue;
            }
            ObjectNode known = null;
            for (JsonNode candidate : into) {
                if (candidate.path("index").equals(entry.path("index"))) {
                    known = (ObjectNode) candidate;
                }
            }
            if (known == null) {
                known = into.addObject();
            }
            merge(known, entry);
        }
    }
}
