package io.millrace.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A job as the server knew it at one moment.
 *
 * @param id the job's id, also that of its result stream
 * @param status one of OpenAI's batch states
 * @param total requests known so far, invalid lines included
 * @param completed requests that succeeded
 * @param failed requests that did not, invalid lines included
 * @param json everything, as the server said it
 */
public record Job(String id, String status, long total, long completed, long failed, JsonNode json) {
    /** Reads OpenAI's batch object. */
    static Job of(JsonNode json) {
        JsonNode counts = json.path("request_counts");
        return new Job(
                json.path("id").asText(),
                json.path("status").asText(),
                counts.path("total").asLong(),
                counts.path("completed").asLong(),
                counts.path("failed").asLong(),
                json);
    }

    /** Whether nothing will change any more. */
    public boolean ended() {
        return switch (status) {
            case "completed", "failed", "expired", "cancelled" -> true;
            default -> false;
        };
    }
}
