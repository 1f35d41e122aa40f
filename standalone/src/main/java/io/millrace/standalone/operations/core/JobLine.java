package io.millrace.standalone.operations.core;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.schemas.v1.InferenceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes a request as the line of a job's file from which it, or one like it, would come. */
public final class JobLine {
    private static final JsonFactory JSON = new JsonFactory();

    private JobLine() {}

    /**
     * The line with its line break. A call, which has no {@code custom_id}, gets its request id as one.
     *
     * @param body the request's JSON, read back where it stands elsewhere
     */
    public static byte[] of(InferenceRequest request, byte[] body) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(body.length + 256);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField(
                    "custom_id", request.getCustomId().isEmpty() ? request.getRequestId() : request.getCustomId());
            json.writeStringField("method", "POST");
            json.writeStringField("url", request.getEndpoint());
            json.writeFieldName("body");
            // In valid JSON a line break is white space, because in texts it is escaped.
            json.writeRawValue(
                    new String(body, StandardCharsets.UTF_8).replace('\n', ' ').replace('\r', ' '));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        line.write('\n');
        return line.toByteArray();
    }
}
