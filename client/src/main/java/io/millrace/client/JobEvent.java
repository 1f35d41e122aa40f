package io.millrace.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One event of a job's result stream. */
public sealed interface JobEvent {
    /** Its number in the stream, from 0. */
    long offset();

    /**
     * A request ended.
     *
     * @param customId the submitter's own name for the request; empty where its line had none
     * @param requestId the server's name for it
     * @param body the answer's body; absent where there is an error
     * @param error why there is no answer; absent where there is one
     * @param json everything, as the server said it
     */
    record Result(
            long offset,
            String customId,
            String requestId,
            @Nullable JsonNode body,
            @Nullable ItemError error,
            JsonNode json)
            implements JobEvent {}

    /** How far the job is. */
    record Progress(long offset, long total, long completed, long failed) implements JobEvent {}

    /** The job has ended; nothing follows. */
    record End(long offset, String status, long total, long completed, long failed, JsonNode json)
            implements JobEvent {}

    /** Of a kind that this client does not know; it counts all the same. */
    record Other(long offset, String type) implements JobEvent {}

    /**
     * Why a request has no answer.
     *
     * @param line the line of the input file, from 1; 0 where no line is at fault
     */
    record ItemError(String code, String message, long line) {}

    /** Reads the member {@code event} of a frame. */
    static JobEvent of(JsonNode json) {
        long offset = json.path("offset").asLong(-1);
        String type = json.path("type").asText();
        return switch (type) {
            case "result" -> result(offset, json);
            case "progress" -> progress(offset, json);
            case "end" -> end(offset, json);
            default -> new Other(offset, type);
        };
    }

    private static Result result(long offset, JsonNode json) {
        JsonNode error = json.path("error");
        JsonNode body = json.path("response").path("body");
        return new Result(
                offset,
                json.path("custom_id").asText(""),
                json.path("request_id").asText(""),
                body.isMissingNode() ? null : body,
                error.isObject()
                        ? new ItemError(
                                error.path("code").asText(),
                                error.path("message").asText(),
                                error.path("line").asLong())
                        : null,
                json);
    }

    private static Progress progress(long offset, JsonNode json) {
        return new Progress(
                offset,
                json.path("total").asLong(),
                json.path("completed").asLong(),
                json.path("failed").asLong());
    }

    private static End end(long offset, JsonNode json) {
        JsonNode counts = json.path("request_counts");
        return new End(
                offset,
                json.path("status").asText(),
                counts.path("total").asLong(),
                counts.path("completed").asLong(),
                counts.path("failed").asLong(),
                json);
    }
}
