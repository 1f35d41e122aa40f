package io.millrace.publisher.webhooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.publisher.core.StreamKey;
import io.millrace.publisher.hub.EventJson;
import io.millrace.schemas.Ids;
import io.millrace.schemas.v1.Counts;
import io.millrace.schemas.v1.StreamState;

/**
 * What is said of a job's end, the same every time.
 *
 * @param id by which a receiver knows a repeat
 * @param body JSON, as OpenAI's events of batches are
 */
record WebhookMessage(String id, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "evt_";

    static WebhookMessage of(StreamKey job, StreamState state, int index) {
        String id = id(job, index);
        String status = EventJson.status(state.getStatus());
        ObjectNode event = JSON.createObjectNode()
                .put("id", id)
                .put("object", "event")
                .put("created_at", state.getEndedAtMs() / 1000)
                .put("type", "batch." + status);
        Counts counts = state.getCounts();
        ObjectNode data = event.putObject("data").put("id", job.id()).put("status", status);
        data.putObject("request_counts")
                .put("total", counts.getTotal())
                .put("completed", counts.getCompleted())
                .put("failed", counts.getFailed());
        return new WebhookMessage(id, event.toString());
    }

    /** The same for the same webhook, so that it can be planned without its job being read. */
    static String id(StreamKey job, int index) {
        return Ids.fromIdempotencyKey(PREFIX, job.tenant(), job.id(), Integer.toString(index));
    }
}
