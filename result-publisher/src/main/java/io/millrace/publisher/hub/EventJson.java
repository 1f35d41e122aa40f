package io.millrace.publisher.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.schemas.v1.Counts;
import io.millrace.schemas.v1.End;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.LoggedEvent;
import io.millrace.schemas.v1.Result;
import io.millrace.schemas.v1.Success;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;

/** An event as subscribers read it: one line of JSON. */
public final class EventJson {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String STATUS_PREFIX = "JOB_STATUS_";

    private EventJson() {}

    /** {@code {"offset":42,"type":"result",…}}. */
    public static String render(long offset, LoggedEvent event) {
        StringWriter text = new StringWriter(event.getSerializedSize() + 128);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("offset", offset);
            json.writeStringField("type", type(event));
            switch (event.getEventCase()) {
                case RESULT -> result(json, event.getResult());
                case PROGRESS -> counts(json, event.getProgress());
                case END -> end(json, event.getEnd());
                case EVENT_NOT_SET -> {}
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }

    static String type(LoggedEvent event) {
        return switch (event.getEventCase()) {
            case RESULT -> "result";
            case PROGRESS -> "progress";
            case END -> "end";
            case EVENT_NOT_SET -> "none";
        };
    }

    /** A status as OpenAI's clients read it: {@code in_progress}. */
    public static String status(JobStatus status) {
        return status.name().substring(STATUS_PREFIX.length()).toLowerCase(Locale.ROOT);
    }

    private static void result(JsonGenerator json, Result result) throws IOException {
        json.writeStringField("custom_id", result.getCustomId());
        json.writeStringField("request_id", result.getRequestId());
        if (!result.getTraceparent().isEmpty()) {
            json.writeStringField("traceparent", result.getTraceparent());
        }
        if (result.hasSuccess()) {
            Success success = result.getSuccess();
            json.writeObjectFieldStart("response");
            json.writeNumberField("status_code", success.getStatusCode());
            body(json, success);
            json.writeEndObject();
        } else {
            failure(json, result.getFailure());
        }
    }

    /** The body as it is, on one line. */
    static void body(JsonGenerator json, Success success) throws IOException {
        json.writeFieldName("body");
        json.writeRawValue(oneLine(success.getBody().toStringUtf8()));
    }

    static void failure(JsonGenerator json, Failure failure) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("code", failure.getCode());
        json.writeStringField("message", failure.getMessage());
        if (failure.hasLine()) {
            json.writeNumberField("line", failure.getLine());
        }
        json.writeEndObject();
    }

    private static void end(JsonGenerator json, End end) throws IOException {
        json.writeStringField("status", status(end.getStatus()));
        json.writeObjectFieldStart("request_counts");
        counts(json, end.getCounts());
        json.writeEndObject();
        idOrNull(json, "output_file_id", end.getOutputFileId());
        idOrNull(json, "error_file_id", end.getErrorFileId());
    }

    private static void counts(JsonGenerator json, Counts counts) throws IOException {
        json.writeNumberField("total", counts.getTotal());
        json.writeNumberField("completed", counts.getCompleted());
        json.writeNumberField("failed", counts.getFailed());
    }

    private static void idOrNull(JsonGenerator json, String name, String id) throws IOException {
        if (id.isEmpty()) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, id);
        }
    }

    /** Line ends in valid JSON are white space, because in strings they are escaped. */
    private static String oneLine(String json) {
        return json.indexOf('\n') < 0 && json.indexOf('\r') < 0
                ? json
                : json.replace('\n', ' ').replace('\r', ' ');
    }
}
