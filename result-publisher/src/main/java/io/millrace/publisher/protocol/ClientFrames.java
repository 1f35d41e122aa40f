package io.millrace.publisher.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.publisher.core.StartPoint;
import io.millrace.schemas.errors.ErrorCode;

/** Reads frames; the first thing that is wrong is named. */
final class ClientFrames {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ClientFrames() {}

    /** A frame that is not understood, on its way out of the parser. */
    private static final class FrameException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String problem;

        FrameException(String problem) {
            super(problem);
            this.problem = problem;
        }
    }

    /** Reads a text frame. */
    static ClientFrame parse(String text) {
        if (text.length() > ClientFrame.MAX_LENGTH) {
            return new ClientFrame.Malformed(
                    null, ErrorCode.INVALID_REQUEST, "a frame has at most " + ClientFrame.MAX_LENGTH + " characters");
        }
        JsonNode frame;
        try {
            frame = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return new ClientFrame.Malformed(null, ErrorCode.INVALID_JSON, "the frame is no JSON");
        }
        JsonNode content =
                frame.isObject() && frame.size() == 1 ? frame.elements().next() : frame.path("");
        if (!content.isObject()) {
            return new ClientFrame.Malformed(
                    null,
                    ErrorCode.INVALID_REQUEST,
                    "a frame is an object with one member, subscribe, credit or unsubscribe, which is an object");
        }
        try {
            String id = id(content);
            return parse(frame.fieldNames().next(), id, content);
        } catch (FrameException e) {
            JsonNode id = content.path("id");
            return new ClientFrame.Malformed(
                    id.isTextual() && id.textValue().length() <= ClientFrame.MAX_ID ? id.textValue() : null,
                    ErrorCode.INVALID_REQUEST,
                    e.problem);
        }
    }

    private static ClientFrame parse(String kind, String id, JsonNode content) throws FrameException {
        return switch (kind) {
            case "subscribe" -> {
                JsonNode stream = content.path("stream");
                if (!stream.isTextual()) {
                    throw new FrameException("subscribe.stream must be the id of a stream");
                }
                JsonNode credit = content.path("credit");
                yield new ClientFrame.Subscribe(
                        id,
                        stream.textValue(),
                        start(content.path("after")),
                        credit.isMissingNode() ? ClientFrame.DEFAULT_CREDIT : number(credit, "subscribe.credit", 0));
            }
            case "credit" -> new ClientFrame.Credit(id, number(content.path("n"), "credit.n", 1));
            case "unsubscribe" -> new ClientFrame.Unsubscribe(id);
            default -> throw new FrameException("there is no frame of this kind; use subscribe, credit or unsubscribe");
        };
    }

    private static String id(JsonNode content) throws FrameException {
        JsonNode id = content.path("id");
        if (!id.isTextual() || id.textValue().isEmpty() || id.textValue().length() > ClientFrame.MAX_ID) {
            throw new FrameException("id must be a text of 1 to " + ClientFrame.MAX_ID + " characters");
        }
        return id.textValue();
    }

    private static StartPoint start(JsonNode after) throws FrameException {
        if (after.isMissingNode() || after.isNull()) {
            return new StartPoint.Beginning();
        }
        if (after.isTextual() && after.textValue().equals("now")) {
            return new StartPoint.Now();
        }
        JsonNode epoch = after.path("epoch");
        JsonNode offset = after.path("offset");
        if (!epoch.isTextual() || !offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < -1) {
            throw new FrameException(
                    "subscribe.after must be \"now\" or {\"epoch\": a text, \"offset\": a number of at least -1}");
        }
        return new StartPoint.After(epoch.textValue(), offset.longValue());
    }

    private static long number(JsonNode node, String name, long least) throws FrameException {
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < least
                || node.longValue() > ClientFrame.MAX_CREDIT) {
            throw new FrameException(name + " must be a whole number from " + least + " to " + ClientFrame.MAX_CREDIT);
        }
        return node.longValue();
    }
}
