package io.millrace.publisher.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.publisher.core.StartPoint;
import io.millrace.publisher.hub.NumberedEvent;
import io.millrace.schemas.errors.ErrorCode;
import io.millrace.schemas.errors.ErrorRendering;
import io.millrace.schemas.v1.Delta;
import org.jspecify.annotations.Nullable;

/** What subscribers hear, as text frames. */
final class ServerFrames {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ServerFrames() {}

    /** The subscription stands; {@code head} is the last event's offset, -1 when there is none. */
    static String subscribed(String id, String stream, String epoch, StartPoint.Resumption resumption, long head) {
        ObjectNode frame = JSON.createObjectNode();
        frame.putObject("subscribed")
                .put("id", id)
                .put("stream", stream)
                .put("epoch", epoch)
                .put("recovered", resumption.recovered())
                .put("from", resumption.from())
                .put("head", head);
        return frame.toString();
    }

    /** The same without the subscription's id, where there is only one. */
    static String subscription(String stream, String epoch, StartPoint.Resumption resumption, long head) {
        return JSON.createObjectNode()
                .put("stream", stream)
                .put("epoch", epoch)
                .put("recovered", resumption.recovered())
                .put("from", resumption.from())
                .put("head", head)
                .toString();
    }

    /** What stands before an event's own members in every event frame of this subscription. */
    static String eventPrefix(String id) {
        return "{\"event\":{\"id\":\""
                + new String(JsonStringEncoder.getInstance().quoteAsString(id)) + "\",";
    }

    /** An event frame; the event's text is shared by all subscribers, so it is only put together here. */
    static String event(String prefix, NumberedEvent event) {
        String json = event.json();
        return new StringBuilder(prefix.length() + json.length())
                .append(prefix)
                .append(json, 1, json.length())
                .append('}')
                .toString();
    }

    /** A piece of a result that is still being made; it has no position in the stream. */
    static String delta(String id, Delta delta) {
        ObjectNode frame = JSON.createObjectNode();
        frame.set("delta", JSON.createObjectNode().put("id", id).setAll(delta(delta)));
        return frame.toString();
    }

    /** The same without the subscription's id. */
    static ObjectNode delta(Delta delta) {
        return JSON.createObjectNode()
                .put("request_id", delta.getRequestId())
                .put("attempt", delta.getAttempt())
                .put("position", delta.getPosition())
                .put("text", delta.getText());
    }

    static String error(@Nullable String id, ErrorCode code, String message) {
        ObjectNode frame = JSON.createObjectNode();
        frame.set("error", ErrorRendering.webSocket(id, code, message));
        return frame.toString();
    }
}
