package io.millrace.edge.streams;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.edge.http.Json;
import io.millrace.schemas.errors.MillraceException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a publisher says on its socket {@code /v1/results}, to those whose subscriptions have numbers for their ids. */
public sealed interface PublisherFrame {

    /** The subscription stands. */
    record Subscribed(long id, String stream, String epoch, boolean recovered, long from, long head)
            implements PublisherFrame {}

    /**
     * An event.
     *
     * @param json the whole event, without the subscription's id
     */
    record Event(long id, long offset, String type, String json) implements PublisherFrame {
        /** Whether none follows. */
        boolean isLast() {
            return type.equals("end");
        }
    }

    /** A piece of a result that is still being made. */
    record Piece(long id, String requestId, String attempt, long position, String text) implements PublisherFrame {}

    /** The subscription is refused; the code is the catalogue's. */
    record Refusal(long id, String code, String message) implements PublisherFrame {}

    /** Nothing that concerns a subscription. */
    record Other() implements PublisherFrame {}

    /** An event is not read, because it may be long: its members follow the id just as they are handed on. */
    Pattern EVENT_BEGINNING =
            Pattern.compile("\\{\"event\":\\{\"id\":\"(\\d+)\",(\"offset\":(\\d+),\"type\":\"(\\w+)\")");

    /** Reads a text frame. */
    static PublisherFrame parse(String text) {
        Matcher event = EVENT_BEGINNING.matcher(text);
        if (event.lookingAt()) {
            return new Event(
                    Long.parseLong(event.group(1)),
                    Long.parseLong(event.group(3)),
                    event.group(4),
                    "{" + text.substring(event.start(2), text.length() - 1));
        }
        try {
            return parse(Json.parse(text.getBytes(StandardCharsets.UTF_8)));
        } catch (MillraceException unreadable) {
            return new Other();
        }
    }

    private static PublisherFrame parse(JsonNode frame) {
        JsonNode subscribed = frame.path("subscribed");
        if (subscribed.isObject()) {
            return new Subscribed(
                    subscribed.path("id").asLong(),
                    subscribed.path("stream").asText(),
                    subscribed.path("epoch").asText(),
                    subscribed.path("recovered").asBoolean(),
                    subscribed.path("from").asLong(),
                    subscribed.path("head").asLong());
        }
        JsonNode delta = frame.path("delta");
        if (delta.isObject()) {
            return new Piece(
                    delta.path("id").asLong(),
                    delta.path("request_id").asText(),
                    delta.path("attempt").asText(),
                    delta.path("position").asLong(),
                    delta.path("text").asText());
        }
        JsonNode error = frame.path("error");
        return error.has("id")
                ? new Refusal(
                        error.path("id").asLong(),
                        error.path("code").asText(),
                        error.path("message").asText())
                : new Other();
    }
}
