package io.millrace.edge.protocol.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.edge.http.Json;
import io.millrace.schemas.Ids;
import io.millrace.schemas.v1.Counts;
import io.millrace.schemas.v1.Failure;
import io.millrace.schemas.v1.JobList;
import io.millrace.schemas.v1.JobParameters;
import io.millrace.schemas.v1.JobStatus;
import io.millrace.schemas.v1.JobSubmitted;
import io.millrace.schemas.v1.JobView;
import io.millrace.schemas.v1.Priority;
import io.millrace.schemas.v1.StreamState;
import io.millrace.schemas.v1.TokenUsage;
import java.util.Locale;

/** A job as OpenAI's clients expect a batch. */
final class BatchJson {
    private static final long MS = 1000;

    private BatchJson() {}

    static ObjectNode of(JobView view) {
        StreamState state = view.getState();
        JobSubmitted job = state.getJob();
        JobParameters parameters = job.getParameters();
        ObjectNode batch = Json.object()
                .put("id", view.getJobId())
                .put("object", "batch")
                .put("endpoint", parameters.getEndpoint())
                .put("input_file_id", job.getInputFileId())
                .put("completion_window", parameters.getCompletionWindow())
                .put("priority", parameters.getPriority() == Priority.PRIORITY_HIGH ? "high" : "batch")
                .put("status", status(state.getStatus()));
        files(batch, view, state);
        times(batch, state);
        errors(batch, state);
        counts(batch, state.getCounts());
        usage(batch, state);
        if (!parameters.getReplayOf().isEmpty()) {
            batch.put("replay_of", parameters.getReplayOf());
        }
        if (parameters.getMetadataCount() == 0) {
            batch.putNull("metadata");
        } else {
            parameters.getMetadataMap().forEach(batch.putObject("metadata")::put);
        }
        return batch;
    }

    static ObjectNode of(JobList list) {
        ObjectNode batches = Json.object().put("object", "list");
        ArrayNode data = batches.putArray("data");
        list.getJobsList().forEach(job -> data.add(of(job)));
        boolean empty = list.getJobsCount() == 0;
        return batches.put("first_id", empty ? null : list.getJobs(0).getJobId())
                .put(
                        "last_id",
                        empty ? null : list.getJobs(list.getJobsCount() - 1).getJobId())
                .put("has_more", list.getMore());
    }

    /** An ended job has a file of what succeeded and one of what did not, each if there is anything in it. */
    private static void files(ObjectNode batch, JobView view, StreamState state) {
        Counts counts = state.getCounts();
        boolean ended = state.getEndedAtMs() > 0;
        boolean output = ended && counts.getCompleted() > 0;
        boolean errors = ended && counts.getCompleted() < counts.getTotal();
        batch.put("output_file_id", output ? Ids.outputOfJob(view.getJobId()) : null);
        batch.put("error_file_id", errors ? Ids.errorsOfJob(view.getJobId()) : null);
    }

    private static void times(ObjectNode batch, StreamState state) {
        JobSubmitted job = state.getJob();
        batch.put("created_at", job.getSubmittedAtMs() / MS).put("expires_at", job.getDeadlineMs() / MS);
        time(batch, "in_progress_at", state.getInProgressAtMs(), state.getInProgressAtMs() > 0);
        time(batch, "finalizing_at", state.getEndedAtMs(), state.getStatus() == JobStatus.JOB_STATUS_COMPLETED);
        time(batch, "completed_at", state.getEndedAtMs(), state.getStatus() == JobStatus.JOB_STATUS_COMPLETED);
        time(batch, "failed_at", state.getEndedAtMs(), state.getStatus() == JobStatus.JOB_STATUS_FAILED);
        time(batch, "expired_at", state.getEndedAtMs(), state.getStatus() == JobStatus.JOB_STATUS_EXPIRED);
        time(batch, "cancelled_at", state.getEndedAtMs(), state.getStatus() == JobStatus.JOB_STATUS_CANCELLED);
        time(batch, "cancelling_at", state.getCancellingAtMs(), state.getCancellingAtMs() > 0);
    }

    private static void time(ObjectNode batch, String name, long atMs, boolean reached) {
        if (reached) {
            batch.put(name, atMs / MS);
        } else {
            batch.putNull(name);
        }
    }

    private static void errors(ObjectNode batch, StreamState state) {
        if (!state.hasFailure()) {
            batch.putNull("errors");
            return;
        }
        Failure failure = state.getFailure();
        ObjectNode error = batch.putObject("errors")
                .put("object", "list")
                .putArray("data")
                .addObject()
                .put("code", failure.getCode())
                .put("message", failure.getMessage())
                .putNull("param");
        if (failure.hasLine()) {
            error.put("line", failure.getLine());
        } else {
            error.putNull("line");
        }
    }

    private static void counts(ObjectNode batch, Counts counts) {
        batch.putObject("request_counts")
                .put("total", counts.getTotal())
                .put("completed", counts.getCompleted())
                .put("failed", counts.getFailed());
    }

    private static void usage(ObjectNode batch, StreamState state) {
        TokenUsage usage = state.getUsage();
        ObjectNode tokens = batch.putObject("usage").put("input_tokens", usage.getInput());
        tokens.putObject("input_tokens_details").put("cached_tokens", 0);
        tokens.put("output_tokens", usage.getOutput());
        tokens.putObject("output_tokens_details").put("reasoning_tokens", 0);
        tokens.put("total_tokens", usage.getTotal());
    }

    private static String status(JobStatus status) {
        return switch (status) {
            case JOB_STATUS_UNSPECIFIED, UNRECOGNIZED -> "validating";
            default -> status.name().substring("JOB_STATUS_".length()).toLowerCase(Locale.ROOT);
        };
    }
}
