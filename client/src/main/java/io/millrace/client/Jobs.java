package io.millrace.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Jobs: creates them, asks for them, cancels them. Safe for use by several threads. */
public final class Jobs {
    private final JsonCalls calls;

    Jobs(HttpClient http, ClientOptions options, LinkListener listener) {
        this.calls = new JsonCalls(http, options, listener);
    }

    /**
     * Creates a job over a complete file. Under the same key the server makes one job only, so this may be repeated.
     *
     * @param idempotencyKey the caller's own name for this creation
     */
    public Job create(String fileId, JobRequest request, String idempotencyKey)
            throws ClientException, InterruptedException {
        ObjectNode body = Answers.JSON
                .createObjectNode()
                .put("input_file_id", fileId)
                .put("endpoint", request.endpoint())
                .put("completion_window", request.completionWindow());
        if (!request.metadata().isEmpty()) {
            body.set("metadata", Answers.JSON.valueToTree(request.metadata()));
        }
        return Job.of(calls.send(calls.to("/v1/batches")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(body.toString()))
                .build()));
    }

    /** How a job stands. */
    public Job get(String jobId) throws ClientException, InterruptedException {
        return Job.of(
                calls.send(calls.to("/v1/batches/" + JsonCalls.segment(jobId)).build()));
    }

    /**
     * Some jobs, newest first.
     *
     * @param after the last one of the page before; empty for the first page
     * @return at most 100; empty after the last one
     */
    public List<Job> list(Optional<String> after) throws ClientException, InterruptedException {
        String from = after.map(id -> "&after=" + JsonCalls.segment(id)).orElse("");
        JsonNode page = calls.send(calls.to("/v1/batches?limit=100" + from).build());
        List<Job> jobs = new ArrayList<>();
        page.path("data").forEach(job -> jobs.add(Job.of(job)));
        return List.copyOf(jobs);
    }

    /**
     * Ends a job; the results that it has by then stay. A job that is cancelled already counts as cancelled by this, because
     * the answer to a first attempt may have been lost.
     *
     * @throws RefusedException if the job has ended in another way
     */
    public Job cancel(String jobId) throws ClientException, InterruptedException {
        try {
            return Job.of(calls.send(calls.to("/v1/batches/" + JsonCalls.segment(jobId) + "/cancel")
                    .POST(BodyPublishers.noBody())
                    .build()));
        } catch (RefusedException refused) {
            if (!refused.code().equals("batch_finished")) {
                throw refused;
            }
            Job ended = get(jobId);
            if (!ended.status().equals("cancelled")) {
                throw refused;
            }
            return ended;
        }
    }
}
