package io.millrace.publisher.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.Result;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The lines of a job's files, as OpenAI's batches have them. */
public final class BatchLine {
    private static final JsonFactory JSON = new JsonFactory();

    private BatchLine() {}

    /** Appends the line of a request that has its outcome. */
    public static void append(ByteString.Output to, Result result) {
        write(to, json -> {
            json.writeStringField("id", result.getRequestId());
            json.writeStringField("custom_id", result.getCustomId());
            if (result.hasSuccess()) {
                json.writeObjectFieldStart("response");
                json.writeNumberField("status_code", result.getSuccess().getStatusCode());
                json.writeStringField("request_id", result.getRequestId());
                EventJson.body(json, result.getSuccess());
                json.writeEndObject();
                json.writeNullField("error");
            } else {
                json.writeNullField("response");
                EventJson.failure(json, result.getFailure());
            }
        });
    }

    /** Appends the line of a request that never ran; its {@code custom_id} may be empty for unknown. */
    public static void appendOpen(ByteString.Output to, String requestId, String customId, Failure failure) {
        write(to, json -> {
            json.writeStringField("id", requestId);
            if (customId.isEmpty()) {
                json.writeNullField("custom_id");
            } else {
                json.writeStringField("custom_id", customId);
            }
            json.writeNullField("response");
            EventJson.failure(json, failure);
        });
    }

    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private static void write(ByteString.Output to, Members members) {
        try (JsonGenerator json = JSON.createGenerator(to)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        to.write('\n');
    }
}
