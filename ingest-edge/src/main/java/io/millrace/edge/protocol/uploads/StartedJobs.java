package io.millrace.edge.protocol.uploads;

import io.millrace.edge.ingest.AppendResult;
import io.millrace.edge.ingest.AppendResult.Appended;
import io.millrace.edge.ingest.Upload;
import io.millrace.edge.jobs.JobService;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** An upload that starts a job is only told complete when the job can be asked for. */
public final class StartedJobs {
    private final JobService jobs;

    /** Asks this service. */
    public StartedJobs(JobService jobs) {
        this.jobs = jobs;
    }

    /** The same result, once its job can be asked for. */
    public Future<AppendResult> await(AppendResult result) {
        return result instanceof Appended(Upload upload) ? await(upload).map(result) : Future.succeededFuture(result);
    }

    /** The same upload, once its job can be asked for. */
    public Future<Upload> await(Upload upload) {
        return upload.complete() && upload.jobId().isPresent()
                ? jobs.awaitStarted(upload.open()).map(upload)
                : Future.succeededFuture(upload);
    }

    /** Says which job a complete upload has started. */
    public static HttpServerResponse name(HttpServerResponse response, Upload upload) {
        if (upload.complete()) {
            upload.jobId().ifPresent(job -> response.putHeader("Millrace-Batch-Id", job));
        }
        return response;
    }
}
